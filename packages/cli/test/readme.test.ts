import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from '@quietgate/testkit/readme';
import { follow, liveLine, NO_PROGRESS, resolvePlan, VALUE_OPTIONS } from '@quietgate/job';
import { HELP } from '../src/help.ts';
import { endpoint, inFlight } from '@quietgate/testkit/endpoint';
import { runCli } from './support/run-cli.ts';

const file = new URL('../README.md', import.meta.url);
const readme = readFileSync(file, 'utf8');
const OPTIONS = [...VALUE_OPTIONS, 'json', 'silent', 'help', 'version'];

describe('the README', () => {
  it('lists every option, and no other', () => {
    const listed = [...readme.matchAll(/^\| `--([\w-]+)`/gm)].map(([, name]) => name);
    expect(listed).toEqual(OPTIONS);
  });

  it('shows the live line as it is, polling every 20 s', () => {
    const [shown] = codeBlocks(file).filter(({ info }) => info === 'text');
    const plan = resolvePlan({ options: new Map() });
    const lastSeen = { count: 2, ids: ['0f3a9c51d2e84b67', '9b1c44d07ae2f530'] };
    const event = { type: 'waiting', poll: 5, elapsedMs: 80_000, nextInMs: 20_000, lastSeen } as const;
    const progress = follow(NO_PROGRESS, event);
    const view = { plan, progress, elapsedMs: 88_000, nextTryInMs: 12_000, frame: 2 };
    expect(shown?.code).toBe(`${liveLine(view, 120)}\n`);
  });

  it('shows the log as it is', async () => {
    const ids = ['0f3a9c51d2e84b67', '9b1c44d07ae2f530'];
    const later = ids.slice(1);
    const { url } = await endpoint(inFlight(2, ids), inFlight(2, ids), inFlight(1, later), inFlight(0));
    const { stdout, stderr } = await runCli([url, '--interval', '20ms']);
    const [, shown] = codeBlocks(file).filter(({ info }) => info === 'text');
    const alike = (log: string) =>
      log
        .replaceAll(/^\S+Z /gm, 'TIME ')
        .replaceAll(/https?:\/\/\S+/g, 'URL')
        .replaceAll(/\b\d+(ms|s|m)\b/g, 'DURATION');
    expect(alike(stderr + stdout)).toBe(alike(shown?.code ?? ''));
  });
});

it('the help names every option', () => {
  for (const option of OPTIONS) expect(HELP).toContain(`--${option}`);
});
