import { describeLeases } from '@quietgate/job/test/lease-laws';
import { TOKEN } from '@quietgate/job/test/deploy-server';
import { describe } from 'vitest';
import { startStep } from './support/run-action.ts';

describe('the action, under the cordon of a real server,', () => {
  describeLeases((settings, env) => {
    const { running } = startStep({ cordon: 'true', 'cordon-token': TOKEN, ...settings }, env);
    return running;
  });
});
