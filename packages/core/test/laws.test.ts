import { cordonLaws } from '@quietgate/testkit/laws/cordon-laws';
import { runsLaws } from '@quietgate/testkit/laws/runs-laws';
import { createCordon } from '../src/serve/create-cordon.ts';
import { createRuns } from '../src/serve/create-runs.ts';
import { createVirtualClock } from '../src/testing/virtual-clock.ts';

cordonLaws('one in memory', (limits) => {
  const clock = createVirtualClock({ autoAdvance: false });
  return { cordon: createCordon({ clock, ...limits }), pass: (ms) => clock.advance(ms) };
});

runsLaws('those in memory', () => createRuns());
