import { aircraftView, architecture, recentDelaysView, weatherView } from '../definitions.ts';
import type { FlightTables } from '../flights.ts';
import { type Architecture, type FeatureView, ref } from '../wire.ts';
import type { Scene } from './waiting.ts';

export interface Described {
  weather: FeatureView;
  aircraft: FeatureView;
  recentDelays: FeatureView;
  architecture: Architecture;
}

/** Step 2: the feature views are indexed and a model architecture is created. */
export async function describeFeatures(scene: Scene, tables: FlightTables): Promise<Described> {
  const { api, terminal } = scene;
  const [weather, aircraft, recentDelays] = await Promise.all([
    api.post<FeatureView>('/api/features/', weatherView(tables.weather)),
    api.post<FeatureView>('/api/features/', aircraftView(tables.aircraft)),
    api.post<FeatureView>('/api/features/', recentDelaysView(tables.recentDelays)),
  ]);
  const trees = await api.post<Architecture>('/api/training/models/', architecture());
  const views = [weather, aircraft, recentDelays].map(ref).join(', ');
  terminal.step('2', `Feature views ${views} are indexed`, `${api.url}/api/features/?tag=flights`);
  const link = `${api.url}/api/training/models/${trees.name}`;
  terminal.step('', `Model architecture ${ref(trees)} is in the model store`, link);
  return { weather, aircraft, recentDelays, architecture: trees };
}
