import Type, { type Static } from 'typebox';
import { EnvironmentError } from './read-environment.ts';

/** The variables that every service has. Spread into the service's own schema. */
export const serviceVariables = {
  GRIFFIN_INSTALLATION: Type.String({
    default: 'local',
    pattern: '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$',
    description: 'the name of this installation: lower-case letters, digits and hyphens',
  }),
  GRIFFIN_DATABASE_URL: Type.String({
    pattern: '^postgres(ql)?://',
    description: "the URL of PostgreSQL with the service's own role: postgresql://role:password@host:5432/database",
  }),
  GRIFFIN_BUS: Type.Enum(['embedded', 'kafka'], {
    default: 'embedded',
    description: 'the event bus: embedded (in PostgreSQL) or kafka',
  }),
  GRIFFIN_KAFKA_BROKERS: Type.Optional(
    Type.String({ description: 'the list of brokers, with commas: host:9092,host:9092' }),
  ),
  GRIFFIN_HOST: Type.String({ default: '127.0.0.1', description: 'the address to listen on' }),
  GRIFFIN_PORT: Type.Integer({ minimum: 0, maximum: 65535, description: 'the port to listen on' }),
  GRIFFIN_LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'how much is logged: trace, debug, info, warn, error, fatal or silent',
  }),
  GRIFFIN_FAULT_DIR: Type.Optional(
    Type.String({ minLength: 1, description: 'for fault tests only: the folder in which points to die at are armed' }),
  ),
};

const ServiceEnvironment = Type.Object(serviceVariables);
export type ServiceEnvironment = Static<typeof ServiceEnvironment>;
type BusEnvironment = Pick<ServiceEnvironment, 'GRIFFIN_DATABASE_URL' | 'GRIFFIN_BUS' | 'GRIFFIN_KAFKA_BROKERS'>;

/** The variables of a service that reads or writes artifacts. */
export const artifactVariables = {
  GRIFFIN_ARTIFACT_ROOT: Type.String({
    pattern: '^(file:///|s3://[^/])',
    description: 'where artifacts are kept: file:///a/folder or s3://bucket/prefix',
  }),
  GRIFFIN_S3_ENDPOINT: Type.Optional(
    Type.String({ pattern: '^https?://', description: "the URL of the S3 store, where it is not AWS's own" }),
  ),
  GRIFFIN_S3_ACCESS_KEY: Type.Optional(Type.String()),
  GRIFFIN_S3_SECRET_KEY: Type.Optional(Type.String()),
  GRIFFIN_S3_REGION: Type.Optional(Type.String()),
};

const ArtifactEnvironment = Type.Object(artifactVariables);
export type ArtifactEnvironment = Static<typeof ArtifactEnvironment>;

export type BusSettings = { kind: 'embedded'; url: string } | { kind: 'kafka'; brokers: string[] };

/** Which bus the environment names. Kafka needs its brokers. */
export function busSettings(environment: BusEnvironment): BusSettings {
  if (environment.GRIFFIN_BUS === 'embedded') return { kind: 'embedded', url: environment.GRIFFIN_DATABASE_URL };
  const brokers = (environment.GRIFFIN_KAFKA_BROKERS ?? '').split(',').map((broker) => broker.trim());
  if (brokers.includes('')) {
    throw new EnvironmentError([
      'GRIFFIN_KAFKA_BROKERS must list the brokers (host:9092,...) when GRIFFIN_BUS is kafka',
    ]);
  }
  return { kind: 'kafka', brokers };
}

/** A PEM key in an environment, private or public. */
export function pemVariable(label: 'PRIVATE KEY' | 'PUBLIC KEY', description: string) {
  return Type.String({ pattern: `^-----BEGIN ${label}-----\\n[\\s\\S]+-----END ${label}-----\\s*$`, description });
}
