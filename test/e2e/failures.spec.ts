import { afterAll, beforeAll, describe } from 'vitest';
import { describeAccess } from './failures/access.ts';
import { describeBadInput } from './failures/bad-input.ts';
import { describeMalformedEvent } from './failures/malformed-event.ts';
import { describeRunFailures } from './failures/run-failures.ts';
import { describeServiceCrashes } from './failures/service-crashes.ts';
import { startPlatform, type TestPlatform } from './support/platform.ts';
import { prepareSmallTraining, type SmallTraining } from './support/small-training.ts';

let platform: TestPlatform;
let small: SmallTraining;
const given = () => ({ platform, small });

beforeAll(async () => {
  platform = await startPlatform();
  small = await prepareSmallTraining(platform.scene, platform.tables);
});

afterAll(() => platform?.end());

describe('access', () => {
  describeAccess(given);
});
describe('a bad request', () => {
  describeBadInput(given);
});
describe('a malformed event', () => {
  describeMalformedEvent(given);
});
describe('a run that fails', () => {
  describeRunFailures(given);
});
describe('a journey through crashes', () => {
  describeServiceCrashes(given);
});
