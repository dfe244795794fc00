import { describe, expect, it } from 'vitest';
import { codeBlocks } from '@quietgate/testkit/readme';
import { describeProgress, nextProgress, NO_PROGRESS, NO_SETTINGS, makePlan, termsOf } from '@quietgate/job';
import { liveLine } from '@quietgate/job/live-line';
import { endpoint, inFlight } from '@quietgate/testkit/endpoint';
import { runMain, startHeld } from './support/run-main.ts';

const file = new URL('../README.md', import.meta.url);

describe('the README', () => {
  it('shows the live line as it is, polling every 20 s', () => {
    const [shown] = codeBlocks(file).filter(({ info }) => info === 'text');
    const plan = makePlan(NO_SETTINGS, {});
    const terms = termsOf(plan, plan.servers[0]);
    const lastSeen = { count: 2, ids: ['0f3a9c51d2e84b67', '9b1c44d07ae2f530'] };
    const event = {
      type: 'waiting',
      held: false,
      poll: 5,
      elapsedMs: 80_000,
      nextInMs: 20_000,
      lastSeen,
    } as const;
    const seen = describeProgress(nextProgress(NO_PROGRESS, event), terms);
    const view = { terms, seen, elapsedMs: 88_000, nextInMs: 12_000, frame: 2 };
    expect(shown?.code).toBe(`${liveLine(view, 120)}\n`);
  });

  it('shows the log as it is', async () => {
    const ids = ['0f3a9c51d2e84b67', '9b1c44d07ae2f530'];
    const later = ids.slice(1);
    const { url } = await endpoint(inFlight(2, ids), inFlight(2, ids), inFlight(1, later), inFlight(0));
    const { stdout, stderr } = await runMain([url, '--interval', '20ms']);
    const [, shown] = codeBlocks(file).filter(({ info }) => info === 'text');
    expect(alike(stderr + stdout)).toBe(alike(shown?.code ?? ''));
  });
});

describe('docs/on-call.md', () => {
  it('shows the log of a deploy that was held, as it is', async () => {
    const page = new URL('../../../docs/on-call.md', import.meta.url);
    const { url } = await endpoint(inFlight(2, ['t13', 't17']), inFlight(1, ['t17']));
    const { saw, advance, ended } = startHeld([url, '--max-wait', '40s']);
    await saw('2 in flight');
    await advance(20_000);
    await saw('1 in flight');
    await advance(20_000);
    const { stdout, stderr } = await ended;
    const [shown] = codeBlocks(page).filter(({ info }) => info === 'text');
    // The outcome goes to standard output, and so between two lines of the other.
    const lines = stderr.split('\n');
    expect(alike([...lines.slice(0, -2), stdout.trimEnd(), ...lines.slice(-2)].join('\n'))).toBe(
      alike(shown?.code ?? ''),
    );
  });
});

/** A log without what differs from one run to the next. */
function alike(log: string): string {
  return log
    .replaceAll(/^\S+Z /gm, 'TIME ')
    .replaceAll(/https?:\/\/\S+/g, 'URL')
    .replaceAll(/\b\d+(ms|s|m)\b/g, 'DURATION')
    .replaceAll(/\b\d+ checks\b/g, 'N checks');
}
