/**
 * Ends the installation when its supervisor dies without doing so itself. The supervisor holds the other end of this
 * process's standard input: the kernel closes it whatever the supervisor dies of. Usage: guardian.ts <state folder>
 */
import { text } from 'node:stream/consumers';
import { endInstallation } from './end-installation.ts';
import { farewell } from './guarded.ts';
import { openStateFolder } from './state-folder.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const last = await text(process.stdin);
if (last !== farewell) await endInstallation(openStateFolder(process.argv[2]));
