/** Makes the services' roles and schemas with the passwords of the environment, once per start of the installation. */
import { prepareServer } from '../libs/database/src/prepare-server.ts';

await prepareServer(required('GRIFFIN_ADMIN_DATABASE_URL'), {
  api: required('GRIFFIN_API_DATABASE_PASSWORD'),
  isc: required('GRIFFIN_ISC_DATABASE_PASSWORD'),
  lineage: required('GRIFFIN_LINEAGE_DATABASE_PASSWORD'),
});

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
