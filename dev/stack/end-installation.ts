import { endOrphanPostgres } from '../../libs/testing/src/index.ts';
import { endProcessesWith, installationMark } from './marked-processes.ts';
import type { StateFolder } from './state-folder.ts';

/** Ends whatever still runs of an installation, PostgreSQL last. Safe to repeat, and when nothing runs. */
export async function endInstallation(state: StateFolder): Promise<void> {
  await endProcessesWith({ [installationMark]: state.root });
  await endOrphanPostgres(state.postgres);
}
