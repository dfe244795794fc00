import { expect, it } from 'vitest';
import { cordonedServer, TOKEN } from '@quietgate/job/test/cordoned-server';
import { inFlight, type Respond, text } from '@quietgate/testkit/endpoint';
import { runCli } from './support/run-cli.ts';
import { runMain } from './support/run-main.ts';

const QUICK = ['--interval', '20ms', '--retries', '0'];

/** What is written, without what differs from one run to the next. */
const alike = (written: string) =>
  written
    .replaceAll(/\b\d{4}-\S+Z/g, 'TIME')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'SERVER')
    .replaceAll(/\b\d+(ms|m|s)\b( \d+s)?/g, 'DURATION')
    .replaceAll(/"elapsedMs":\d+/g, '"elapsedMs":0');

// What the other tests say of the program from its sources holds for what users get.
it.each<[args: string[], status: number, answer?: Respond]>([
  [['URL', ...QUICK, '--cordon', '--holder', 'deploy-42'], 0],
  [['URL', ...QUICK, '--json', '--fail-on', 'failed-open'], 1, text(404)],
  [['URL', '--interval', 'abc'], 2],
  [['status', 'URL'], 1],
  [['uncordon', 'URL', '--all'], 0],
  [['until', 'URL', 'run-1'], 0],
  [['check', 'URL'], 1],
  [['--help'], 0],
])('the bundle does as its sources: %j', async (args, expected, answer = inFlight(1)) => {
  const runOn = async (run: typeof runCli) => {
    const { url } = await cordonedServer({ count: [answer, inFlight(0)] });
    return run(
      args.map((each) => each.replace('URL', url)),
      { CORDON_TOKEN: TOKEN },
    );
  };
  const [bundle, sources] = [await runOn(runCli), await runOn(runMain)];
  expect(bundle.status).toBe(expected);
  expect({ ...bundle, stdout: alike(bundle.stdout), stderr: alike(bundle.stderr) }).toEqual({
    ...sources,
    stdout: alike(sources.stdout),
    stderr: alike(sources.stderr),
  });
});
