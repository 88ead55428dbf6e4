import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApi } from '../../api.fixture.ts';

const python = join(resolve(process.env.GRIFFIN_STATE_DIR ?? '.griffin'), 'venvs/runtimes/bin/python');
const run = promisify(execFile);

let api: TestApi;
let folder: string;
beforeAll(async () => {
  api = await TestApi.start();
  folder = mkdtempSync(join(tmpdir(), 'griffin-sources-'));
  await run(python, ['-c', writeSources, folder]);
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
});

const writeSources = `
import duckdb, sys
spine = "SELECT 'JFK' AS airport, TIMESTAMP '2013-10-01 12:00:00' AS at, true AS late, 5 AS temp"
weather = "SELECT 'JFK' AS origin, TIMESTAMP '2013-10-01 11:00:00' AS observed_at, 21.5 AS temp, 3 AS wind"
duckdb.sql(f"COPY ({spine}) TO '{sys.argv[1]}/spine.parquet'")
duckdb.sql(f"COPY ({weather}) TO '{sys.argv[1]}/weather.parquet'")
`;

/** The runtime itself, without the attempt around it: reads the configuration and prints the rows that it makes of it. */
const generate = `
import duckdb, json, sys
from pathlib import Path
from urllib.parse import urlparse
from griffin_runtimes.dataset.build import build
from griffin_runtimes.dataset.config import GenerateConfig
from griffin_runtimes.dataset.source import open_source
config = GenerateConfig.model_validate_json(sys.argv[1])
with duckdb.connect() as connection:
    opened = lambda uri: open_source(connection, uri, uri, [Path(urlparse(uri).path)])
    dataset = build(connection, config, opened(config.spine.uri), [opened(view.uri) for view in config.views])
    rows = connection.execute('SELECT * EXCLUDE ("at") FROM dataset').fetchall()
    columns = [column for column in dataset.columns if column != "at"]
    made = [dict(zip(columns, map(str, row))) for row in rows]
    print(json.dumps({"features": dataset.feature_columns, "rows": made}))
`;

it('what api tells the runtime of features, their prefix and their keys is what the runtime makes', async () => {
  const uri = (name: string) => pathToFileURL(join(folder, name)).href;
  const view = {
    name: 'weather',
    source: { uri: uri('weather.parquet'), format: 'parquet' },
    entity_keys: ['origin'],
    event_time: 'observed_at',
    features: ['temp', 'wind'].map((name) => ({ name, type: 'double' })),
  };
  await api.call('post', '/api/features').send(view).expect(201);
  const spine = { uri: uri('spine.parquet'), entity_keys: ['airport'], event_time: 'at', label: 'late' };
  const request = {
    name: 'flights',
    spine: { ...spine, columns: ['temp'] },
    features: [{ view: 'weather@1', prefix: 'w_', entity_mapping: { airport: 'origin' } }],
    splits: { train: { until: '2013-11-01T00:00:00Z' } },
  };
  const { body: pending } = await api.call('post', '/api/training/dataset').send(request).expect(202);
  const { body: started } = await api.call('get', `/api/workflows/${pending.run_id}`).expect(200);
  const { stdout } = await run(python, ['-c', generate, JSON.stringify(started.spec.config)]);
  expect(JSON.parse(stdout)).toEqual({
    features: ['temp', 'w_temp', 'w_wind'],
    rows: [{ airport: 'JFK', temp: '5', w_temp: '21.5', w_wind: '3', late: 'True' }],
  });
});
