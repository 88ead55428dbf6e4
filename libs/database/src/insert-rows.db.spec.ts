import { freshDatabase } from '@griffin/testing';
import { DataSource, EntitySchema } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { columnsOf, Database, insertRows, serviceDataSource, sqlState, updateRow } from './index.ts';

const Parent = new EntitySchema<{ id: number; body: object; at: Date; note: string | null }>({
  name: 'parent',
  columns: {
    id: { type: 'int', primary: true },
    body: { type: 'jsonb' },
    at: { type: 'timestamptz', name: 'made_at' },
    note: { type: 'text', nullable: true, default: 'none' },
  },
});
const Child = new EntitySchema<{ id: number; parentId: number }>({
  name: 'child',
  columns: { id: { type: 'int', primary: true }, parentId: { type: 'int', name: 'parent_id' } },
});

let dataSource: DataSource;
let database: Database;

beforeAll(async () => {
  const { urls } = await freshDatabase();
  const options = { url: urls.api, schema: 'api' as const, entities: [Parent, Child], migrations: [] };
  dataSource = await serviceDataSource(options).initialize();
  database = new Database(dataSource);
  await database.manager.query(`
    CREATE TABLE parent (id int PRIMARY KEY, body jsonb NOT NULL, made_at timestamptz NOT NULL, note text DEFAULT 'none');
    CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL REFERENCES parent (id));
  `);
});

afterAll(() => dataSource.destroy());

const parent = (id: number) => ({ id, body: { list: [1, 'two'] }, at: new Date(0) });

it('writes rows that refer to each other, with defaults for what is not given', async () => {
  await database.transaction('run.submit', (tx) =>
    insertRows(tx, [Parent, parent(1)], [Child, { id: 1, parentId: 1 }]),
  );
  const found = await database.manager.query(
    'SELECT parent.*, parent_id FROM parent JOIN child ON parent.id = parent_id',
  );
  expect(found).toEqual([{ id: 1, body: { list: [1, 'two'] }, made_at: new Date(0), note: 'none', parent_id: 1 }]);
});

it('writes all of them or none, and says why in the way of the others', async () => {
  const orphan = database.transaction('run.submit', (tx) =>
    insertRows(tx, [Parent, parent(2)], [Child, { id: 2, parentId: 9 }]),
  );
  expect(sqlState(await orphan.catch((error: unknown) => error))).toBe('23503');
  expect(await database.manager.query('SELECT id FROM parent WHERE id = 2')).toEqual([]);
});

it('works outside of a transaction too', async () => {
  await insertRows(database.manager, [Parent, { ...parent(3), note: null }]);
  expect(await database.manager.query('SELECT note FROM parent WHERE id = 3')).toEqual([{ note: null }]);
});

it('updates the rows that are as said, in a transaction or not, and reads them as the entity', async () => {
  const { manager } = database;
  await insertRows(manager, [Parent, parent(4)]);
  const change = { body: { list: [] }, note: null };
  const updated = database.transaction('run.submit', (tx) => updateRow(tx, Parent, { id: 4, note: 'none' }, change));
  expect(await updated).toBe(1);
  expect(await updateRow(manager, Parent, { id: 4, note: 'none' }, change)).toBe(0);
  const read = await manager.query(`SELECT ${columnsOf(manager, Parent)} FROM parent WHERE id = 4`);
  expect(read).toEqual([{ ...parent(4), ...change }]);
});
