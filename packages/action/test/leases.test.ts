import { describeKilledLease, describeLeases, type GateSettings } from '@quietgate/job/test/lease-laws';
import { TOKEN } from '@quietgate/job/test/deploy-server';
import { heldClock } from '@quietgate/testkit/held-clock';
import { describe } from 'vitest';
import { startStep } from './support/run-action.ts';

const inputs = (settings: GateSettings) => ({ cordon: 'true', 'cordon-token': TOKEN, ...settings });

describe('the action, under the cordon of a real server,', () => {
  describeLeases(async (settings) => {
    const { env, advance } = await heldClock();
    return { ...startStep(inputs(settings), env).running, advance };
  });
  describeKilledLease((settings) => startStep(inputs(settings)).running);
});
