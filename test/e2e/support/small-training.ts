import { randomUUID } from 'node:crypto';
import { aircraftView, dataset, type Splits, trainingDefinition } from '../../../dev/demo/definitions.ts';
import type { FlightTables } from '../../../dev/demo/flights.ts';
import { datasetReady, type Scene } from '../../../dev/demo/steps/waiting.ts';
import {
  type Architecture,
  type DatasetVersion,
  type Definition,
  type FeatureView,
  ref,
  type Run,
} from '../../../dev/demo/wire.ts';

/** A week to learn from, a day to watch and a day to judge by: trains in a moment. */
export const oneWeek: Splits = {
  train: { from: '2013-06-01T00:00:00Z', until: '2013-06-08T00:00:00Z' },
  validation: { from: '2013-06-08T00:00:00Z', until: '2013-06-09T00:00:00Z' },
  test: { from: '2013-06-09T00:00:00Z', until: '2013-06-10T00:00:00Z' },
};

export interface SmallTraining {
  architecture: Architecture;
  view: FeatureView;
  flights: DatasetVersion;
  definition: Definition;
}

export const smallResources = { workers: 2, cpu: 1, gpu: 0, gpu_type: null, memory_gib: 1, ssd_gib: 0 };

/** The request for a dataset with a week of flights. */
export function smallDataset(tables: FlightTables, view: FeatureView) {
  return { ...dataset(tables, [view], oneWeek), name: 'one-week' };
}

/** A dataset with a week of flights, and a definition that trains on it. */
export async function prepareSmallTraining(scene: Scene, tables: FlightTables): Promise<SmallTraining> {
  const { api } = scene;
  const architecture = await api.post<Architecture>('/api/training/models/', {
    name: 'small-trees',
    framework: 'xgboost',
  });
  const view = await api.post<FeatureView>('/api/features/', aircraftView(tables.aircraft));
  const pending = await api.post<DatasetVersion>('/api/training/dataset/', smallDataset(tables, view));
  const flights = await datasetReady(scene, pending, () => 'generating one week of flights');
  const body = { ...trainingDefinition(architecture, flights), name: 'train-small', config: { num_boost_round: 10 } };
  const definition = await api.post<Definition>('/api/workflow-definitions', body);
  return { architecture, view, flights, definition };
}

/** Submits a run of the definition. */
export function submit(scene: Scene, definition: Definition, more: object = {}): Promise<Run> {
  const body = { definition: ref(definition), resources: smallResources, ...more };
  return scene.api.post<Run>('/api/workflows', body, { 'idempotency-key': randomUUID() });
}
