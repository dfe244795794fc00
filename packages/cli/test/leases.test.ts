import { describeKilledLease, describeLeases, type GateSettings } from '@quietgate/job/test/lease-laws';
import { TOKEN } from '@quietgate/job/test/deploy-server';
import { describe } from 'vitest';
import { startCli } from './support/run-cli.ts';
import { startHeld } from './support/run-main.ts';

const WITH_TOKEN = { CORDON_TOKEN: TOKEN };

function argsOf({ url = '', cordon, ...settings }: GateSettings): string[] {
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  return [url, ...(cordon === 'false' ? [] : ['--cordon']), ...options];
}

describe('the command line, under the cordon of a real server,', () => {
  describeLeases((settings) => startHeld(argsOf(settings), WITH_TOKEN));
  describeKilledLease((settings) => startCli(argsOf(settings), WITH_TOKEN));
});
