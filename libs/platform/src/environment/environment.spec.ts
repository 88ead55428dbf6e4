import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, readEnvironment } from './read-environment.ts';
import { busSettings, pemVariable, serviceVariables } from './service-variables.ts';

const Environment = Type.Object({
  ...serviceVariables,
  GRIFFIN_KEY: pemVariable('PUBLIC KEY', 'the key that api signs with'),
});
const sound = {
  GRIFFIN_DATABASE_URL: 'postgresql://griffin_api:secret@127.0.0.1:5432/griffin',
  GRIFFIN_PORT: '3000',
  GRIFFIN_KEY: '-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n',
};

describe('the environment', () => {
  it('is converted, completed and reduced to what is declared', () => {
    const environment = readEnvironment(Environment, { ...sound, HOME: '/home/somebody' });
    expect(environment).toEqual({
      ...sound,
      GRIFFIN_PORT: 3000,
      GRIFFIN_INSTALLATION: 'local',
      GRIFFIN_BUS: 'embedded',
      GRIFFIN_HOST: '127.0.0.1',
      GRIFFIN_LOG_LEVEL: 'info',
    });
  });

  it('may hold a PEM with escaped line ends', () => {
    const escaped = { ...sound, GRIFFIN_KEY: sound.GRIFFIN_KEY.replaceAll('\n', '\\n') };
    expect(readEnvironment(Environment, escaped).GRIFFIN_KEY).toBe(sound.GRIFFIN_KEY);
  });

  it('says all its faults at once, what to do, and no value', () => {
    const bad = {
      GRIFFIN_DATABASE_URL: 'mysql://u:hunter2@h/d',
      GRIFFIN_PORT: 'http',
      GRIFFIN_BUS: 'nats',
      GRIFFIN_KEY: '',
    };
    let message = '';
    try {
      readEnvironment(Environment, bad);
    } catch (error) {
      expect(error).toBeInstanceOf(EnvironmentError);
      message = (error as Error).message;
    }
    for (const name of Object.keys(bad)) expect(message.match(new RegExp(`- ${name} `, 'g')), name).toHaveLength(1);
    expect(message).toContain('GRIFFIN_KEY is missing. It is the key that api signs with');
    expect(message).not.toMatch(/hunter2|nats/);
  });
});

describe('the bus', () => {
  const bus = (more: object) => busSettings(readEnvironment(Environment, { ...sound, ...more }));

  it('is the embedded one in the service’s own database unless told', () => {
    expect(bus({})).toEqual({ kind: 'embedded', url: sound.GRIFFIN_DATABASE_URL });
  });

  it('is Kafka with its brokers', () => {
    expect(bus({ GRIFFIN_BUS: 'kafka', GRIFFIN_KAFKA_BROKERS: 'a:9092, b:9092' })).toEqual({
      kind: 'kafka',
      brokers: ['a:9092', 'b:9092'],
    });
    expect(() => bus({ GRIFFIN_BUS: 'kafka' })).toThrow(EnvironmentError);
    expect(() => bus({ GRIFFIN_BUS: 'kafka', GRIFFIN_KAFKA_BROKERS: 'a:9092,' })).toThrow(EnvironmentError);
  });
});
