import { describeKilledLease, describeLeases, type GateSettings } from '@quietgate/job/test/lease-laws';
import { TOKEN } from '@quietgate/job/test/deploy-server';
import { describe } from 'vitest';
import { startProcess, startStep } from './support/run-action.ts';

const inputs = (settings: GateSettings) => ({ cordon: 'true', 'cordon-token': TOKEN, ...settings });

describe('the action, under the cordon of a real server,', () => {
  describeLeases((settings) => startStep(inputs(settings), {}, { isHeld: true }).running);
  describeKilledLease((settings) => startProcess(inputs(settings)).running);
});
