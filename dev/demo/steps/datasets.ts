import { dataset, type Splits, weatherView } from '../definitions.ts';
import type { FlightTables } from '../flights.ts';
import { type DatasetVersion, type FeatureView, ref, type Versioned } from '../wire.ts';
import type { Described } from './features.ts';
import { datasetReady, type Scene } from './waiting.ts';

/** What datasets are generated from. */
export interface Sources {
  tables: FlightTables;
  splits: Splits;
}

/** Step 3: the point-in-time join runs as a workload and leaves a dataset version. */
export async function generateDataset(scene: Scene, from: Sources, views: Described): Promise<DatasetVersion> {
  const pending = await request(scene, from, [views.weather, views.aircraft, views.recentDelays]);
  const version = await datasetReady(scene, pending, () => `generating ${ref(pending)}`);
  const splits = Object.entries(version.splits ?? {}).map(([name, { row_count: rows }]) => `${name} ${rows}`);
  const columns = version.feature_columns?.length ?? 0;
  scene.terminal.step(
    '3',
    `Dataset ${ref(version)}: ${version.row_count} rows (${splits.join(', ')}), ${columns} features, ` +
      `fingerprint ${short(version)}`,
    `${scene.api.url}/api/training/dataset/${version.name}/versions/${version.version}`,
  );
  return version;
}

/** The two further generations of step 3, asked for at once: from the same sources, and after one value was corrected. */
export async function requestAgain(
  scene: Scene,
  from: Sources,
  views: Described,
): Promise<{ same: DatasetVersion; changed: DatasetVersion }> {
  const corrected = weatherView(from.tables.weatherCorrected, 'weather-corrected');
  const weather = await scene.api.post<FeatureView>('/api/features/', corrected);
  const same = await request(scene, from, [views.weather, views.aircraft, views.recentDelays]);
  const changed = await request(scene, from, [weather, views.aircraft, views.recentDelays]);
  return { same, changed };
}

/** The rest of step 3: the same sources give the same fingerprint, recomputed by a run of its own; a changed one another. */
export async function compareFingerprints(
  scene: Scene,
  first: DatasetVersion,
  asked: { same: DatasetVersion; changed: DatasetVersion },
): Promise<void> {
  const same = await datasetReady(scene, asked.same, () => `generating ${ref(asked.same)} again`);
  const changed = await datasetReady(
    scene,
    asked.changed,
    () => `generating ${ref(asked.changed)}, one value corrected`,
  );
  if (same.run_id === first.run_id || same.uri === first.uri) throw new Error(`${ref(same)} was not recomputed`);
  if (same.fingerprint !== first.fingerprint) throw new Error(`the same sources gave ${ref(same)} another fingerprint`);
  if (changed.fingerprint === first.fingerprint) throw new Error('a changed source left the fingerprint as it was');
  if (sources(first).spine !== sources(changed).spine) throw new Error('an unchanged source has another fingerprint');
  if (sources(first).weather === sources(changed).weather)
    throw new Error('the changed source has the same fingerprint');
  scene.terminal.step(
    '3',
    `Generated again: ${ref(same)} has the same fingerprint ${short(same)}; ` +
      `with one weather value corrected ${ref(changed)} has ${short(changed)}`,
    `${scene.api.url}/api/training/dataset/${first.name}`,
  );
}

function request(scene: Scene, { tables, splits }: Sources, views: Versioned[]): Promise<DatasetVersion> {
  return scene.api.post<DatasetVersion>('/api/training/dataset/', dataset(tables, views, splits));
}

/** The fingerprints of the spine's and the weather's content. */
function sources({ source_fingerprints: fingerprints }: DatasetVersion) {
  const weather = Object.keys(fingerprints ?? {}).find((source) => source.startsWith('weather'));
  return { spine: fingerprints?.['spine'], weather: fingerprints?.[weather ?? ''] };
}

const short = (version: DatasetVersion) => version.fingerprint?.slice(0, 12);
