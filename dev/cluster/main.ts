/** The test cluster of this checkout. Usage: main.ts build | up | down | status | fake-nodes <count> */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { clusterStateFile, findCluster } from '../../libs/testing/src/index.ts';
import { boxPid } from './box/box.ts';
import { down } from './down.ts';
import { addFakeNodes } from './fake-nodes.ts';
import { placesIn } from './places.ts';
import { build, up } from './up.ts';

const stateFolder = dirname(dirname(clusterStateFile()));
const places = placesIn(stateFolder);
const serves = () => boxPid(places) !== undefined && existsSync(places.ready);

const commands: Record<string, () => Promise<void>> = {
  build: async () => void (await build(console.log)),
  up: async () => {
    const { kubeconfig, hostAddress, runtimeImage } = await up(stateFolder, console.log);
    console.log(`kubeconfig     ${kubeconfig}\nhost address   ${hostAddress}\nruntime image  ${runtimeImage}`);
  },
  down: () => down(stateFolder),
  status: async () => {
    console.log(
      serves()
        ? JSON.stringify(findCluster({ ...process.env, GRIFFIN_KUBECONFIG: '' }), null, 2)
        : 'There is no cluster.',
    );
    process.exitCode = serves() ? 0 : 1;
  },
  'fake-nodes': () => addFakeNodes(places, Number(process.argv[3] ?? 1)),
};

const command = commands[process.argv[2] ?? ''];
if (!command) {
  console.error(`Usage: main.ts ${Object.keys(commands).join(' | ')}`);
  process.exit(2);
}
try {
  await command();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
