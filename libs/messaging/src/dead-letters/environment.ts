import { serviceVariables } from '@griffin/platform';
import Type from 'typebox';

/** Where the bus is, as the services' own environments say it. */
export const Environment = Type.Object({
  GRIFFIN_DATABASE_URL: serviceVariables.GRIFFIN_DATABASE_URL,
  GRIFFIN_BUS: serviceVariables.GRIFFIN_BUS,
  GRIFFIN_KAFKA_BROKERS: serviceVariables.GRIFFIN_KAFKA_BROKERS,
});
