import type { Measured } from '../figure.ts';
import { atMost, latencies } from '../latency.ts';
import { newProject, type BenchPlatform } from '../platform.ts';
import { modelVersionId, seedGraph } from '../seed/graph.ts';
import type { Sizes } from '../sizes.ts';

const limitMs = 200;

/** What led to a model version and what came of it, in a great graph. */
export async function measureLineage(platform: BenchPlatform, { edges, requests }: Sizes): Promise<Measured> {
  const project = await newProject(platform);
  const models = await seedGraph(platform.admin, project.id, edges);
  const paths = (direction: string) =>
    Array.from({ length: requests }, (_, index) => modelVersionId(1 + ((index * 7919) % models))).map(
      (model) => `/api/lineage?node=model-version:${model}&direction=${direction}`,
    );
  await latencies(project.api, paths('both').slice(0, 5));
  const figures = [];
  for (const direction of ['both', 'upstream']) {
    figures.push(atMost(`direction ${direction}`, await latencies(project.api, paths(direction)), limitMs));
  }
  const method =
    `One client asks for the lineage of ${requests} model versions one after the other, through api, in a graph of ` +
    `${edges.toLocaleString('en')} edges made by SQL: a hundred runs share a dataset, and all of them 20 architectures and ` +
    '50 definitions. Figures are p50 / p95.';
  return { title: 'The lineage of a model version', method, figures };
}
