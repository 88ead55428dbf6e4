/** Passes a point several times, saying so each time: `fault-point.fixture.ts [folder]`. */
import { armFaultPoints, committing } from './index.ts';

const [folder] = process.argv.slice(2);
if (folder !== undefined) armFaultPoints(folder, 'api');
for (let passage = 1; passage <= 3; passage += 1) {
  await committing('run.submit', async () => console.log(`commits ${passage}`));
}
console.log('done');
