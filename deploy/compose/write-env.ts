/** Prints the secrets of a new docker compose installation: `node deploy/compose/write-env.ts > .env`. */
import { composeSecrets } from './compose-secrets.ts';

for (const [name, value] of Object.entries(composeSecrets())) console.log(`${name}="${value}"`);
