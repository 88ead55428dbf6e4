import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paginateListObjectsV2, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { FlightTables } from './flights.ts';
import type { S3Bucket } from '../../libs/testing/src/index.ts';

/** A bucket as a person sees it who has its keys. */
export class Bucket {
  readonly #name: string;
  readonly #client: S3Client;

  constructor({ endpoint, region, accessKey, secretKey, bucket }: S3Bucket) {
    this.#name = bucket;
    const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
    this.#client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  }

  /** The same tables, of which those that `used` names lie in the bucket now. */
  async hold(tables: FlightTables, used: readonly (keyof FlightTables)[]): Promise<FlightTables> {
    const moved = used.map(async (table) => {
      const file = fileURLToPath(tables[table]);
      const Key = `sources/${basename(file)}`;
      await this.#client.send(new PutObjectCommand({ Bucket: this.#name, Key, Body: await readFile(file) }));
      return [table, `s3://${this.#name}/${Key}`];
    });
    return { ...tables, ...(Object.fromEntries(await Promise.all(moved)) as Partial<FlightTables>) };
  }

  /** The same tables, all of them in the bucket. */
  async holdAll(tables: FlightTables): Promise<FlightTables> {
    return this.hold(tables, Object.keys(tables) as (keyof FlightTables)[]);
  }

  async keys(): Promise<string[]> {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client: this.#client }, { Bucket: this.#name })) {
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    }
    return keys;
  }
}
