import { type Splits, wholeYear } from './definitions.ts';
import type { FlightTables } from './flights.ts';
import { compareFingerprints, generateDataset, requestAgain } from './steps/datasets.ts';
import { describeFeatures, type Described } from './steps/features.ts';
import { endLeftovers } from './steps/leftovers.ts';
import { checkLineage } from './steps/lineage.ts';
import { type Score, scoreHeldOut } from './steps/scoring.ts';
import { submitLongRun, terminateInMidTraining } from './steps/termination.ts';
import { awaitTraining, submitTraining } from './steps/training.ts';
import type { Scene } from './steps/waiting.ts';
import type { DatasetVersion, Lineage, Run } from './wire.ts';

/** What the journey left behind, for whoever wants to look closer. */
export interface Travelled {
  views: Described;
  flights: DatasetVersion;
  run: Run;
  score: Score;
  lineage: Lineage;
  terminated: Run;
}

/**
 * Takes a model from features to registry through the public API alone, one printed line per step.
 * Throws at the first thing that is not as it should be. What needs no other step's result runs beside the training.
 */
export async function travel(
  scene: Scene,
  tables: FlightTables,
  { config = {}, splits = wholeYear }: { config?: Record<string, unknown>; splits?: Splits } = {},
): Promise<Travelled> {
  await endLeftovers(scene);
  const views = await describeFeatures(scene, tables);
  const flights = await generateDataset(scene, { tables, splits }, views);
  const { definition, run: submitted } = await submitTraining(scene, views, flights, config);
  const again = await requestAgain(scene, { tables, splits }, views);
  const run = await awaitTraining(scene, submitted);
  const long = await submitLongRun(scene, definition);
  await compareFingerprints(scene, flights, again);
  const score = await scoreHeldOut(scene, run);
  const lineage = await checkLineage(scene, views, flights, run);
  const terminated = await terminateInMidTraining(scene, long);
  return { views, flights, run, score, lineage, terminated };
}
