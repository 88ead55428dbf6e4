import { definitionName } from '../definitions.ts';
import type { Page, Run } from '../wire.ts';
import type { Scene } from './waiting.ts';

/** Terminates what a demo that was interrupted left running: it would hold the CPUs that this one needs. */
export async function endLeftovers({ api }: Scene): Promise<void> {
  const { items } = await api.get<Page<Run>>(`/api/workflows?definition=${definitionName}&limit=100`);
  const active = items.filter((run) => !run.is_terminal);
  await Promise.all(
    active.map((run) => api.post(`/api/workflows/${run.id}/terminate`, { reason: 'left by an interrupted demo' })),
  );
}
