import { expect, it, vi } from 'vitest';
import type { ClusterBackend } from '../backend/cluster-backend.ts';
import { Alarm } from './alarm.ts';
import { Reconciler } from './reconciler.ts';
import type { ReconciliationService } from './reconciliation.service.ts';

function aReconciler() {
  let haveLooked = () => {};
  const ready = new Promise<void>((resolve) => (haveLooked = resolve));
  const claimDue = vi.fn<() => Promise<[]>>(() => Promise.resolve([]));
  const backend = { onChange: () => {}, ready: () => ready } as unknown as ClusterBackend;
  const reconciliation = { claimDue } as unknown as ReconciliationService;
  return { reconciler: new Reconciler(reconciliation, backend, new Alarm(), 8), claimDue, haveLooked };
}

it('takes up nothing before its backend has looked at what there is', async () => {
  const { reconciler, claimDue, haveLooked } = aReconciler();
  reconciler.onApplicationBootstrap();
  await new Promise(setImmediate);
  expect(claimDue).not.toHaveBeenCalled();
  haveLooked();
  await vi.waitFor(() => expect(claimDue).toHaveBeenCalled());
  await reconciler.beforeApplicationShutdown();
});

it('stops while its backend still looks', async () => {
  const { reconciler, claimDue } = aReconciler();
  reconciler.onApplicationBootstrap();
  await reconciler.beforeApplicationShutdown();
  expect(claimDue).not.toHaveBeenCalled();
});
