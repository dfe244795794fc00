import { describeLeases } from '@quietgate/job/test/lease-laws';
import { TOKEN } from '@quietgate/job/test/deploy-server';
import { describe } from 'vitest';
import { startCli } from './support/run-cli.ts';

describe('the command line, under the cordon of a real server,', () => {
  describeLeases(({ url, cordon, ...settings }, env) => {
    const options = Object.entries({ ...settings }).flatMap(([name, value]) => [`--${name}`, value]);
    const flags = cordon === 'false' ? [] : ['--cordon'];
    return startCli([url, ...flags, ...options], { CORDON_TOKEN: TOKEN, ...env });
  });
});
