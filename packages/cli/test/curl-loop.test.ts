import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codeBlocks } from '@quietgate/testkit/readme';
import { endpoint, inFlight, json, type Respond, text } from '@quietgate/testkit/endpoint';
import { type Ended, type Env, preload, start } from '@quietgate/testkit/processes';
import { runCli } from './support/run-cli.ts';
import { runMain, startHeld } from './support/run-main.ts';

const [loop] = codeBlocks(new URL('../README.md', import.meta.url)).filter(({ info }) => info === 'bash');
const missing = ['bash', 'curl', 'jq'].filter((program) => !isInstalled(program));

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

type RunGate = (args: readonly string[], env: Env) => Promise<Ended>;

/** Runs a gate whose second check never succeeds, and lets the pauses between its attempts pass at once. */
const runThroughRetries: RunGate = async (args, env) => {
  const gate = startHeld(args, env);
  await gate.saw('2 in flight');
  await gate.advance(20);
  for (const [failed, seconds] of [1, 2, 4, 8, 16].entries()) {
    await gate.saw(`attempt ${failed + 1} of 6 failed`);
    await gate.advance(seconds * 1000);
  }
  return gate.ended;
};

/** Runs the loop of the README, and quietgate, each against a server of its own that answers the same. */
async function runBoth(
  answers: readonly Respond[],
  clock: Partial<JumpingClock> = {},
  runGate: RunGate = clock.forNode === undefined ? runMain : runCli,
) {
  const settings = { POLL_INTERVAL_SECONDS: '0.02', MAX_WAIT_SECONDS: '1800' };
  const [forLoop, forGate] = [await endpoint(...answers), await endpoint(...answers)];
  const bash = start('bash', ['-c', loop?.code ?? 'exit 1'], {
    ...settings,
    CATALYST_API_URL: forLoop.url,
    ...clock.forBash,
  });
  const looped = await bash.ended;
  clock.reset?.();
  const gated = await runGate([forGate.url], { ...settings, ...clock.forNode });
  return {
    loop: looped.stdout.trimEnd().split('\n'),
    gate: gated.stdout.trimEnd(),
    asked: { loop: forLoop.requests.length, gate: forGate.requests.length },
  };
}

describe.skipIf(missing.length > 0)(
  `the curl loop${missing.length > 0 ? ` (needs ${missing.join(', ')})` : ''}`,
  () => {
    it('does as quietgate on a good day', async () => {
      const { loop, gate, asked } = await runBoth([inFlight(2), inFlight(1), inFlight(0)]);
      expect(loop).toEqual(['2 in flight', '1 in flight', 'quiet, deploying']);
      expect(gate).toMatch(/^\S+Z quiet: green light, .*, 3 checks\)/);
      expect(asked).toEqual({ loop: 3, gate: 3 });
    });

    it.each<[what: string, answer: Respond]>([
      ['an HTML page', text(200, '<!doctype html><title>Log in</title>', { 'content-type': 'text/html' })],
      ['null', json(null)],
    ])('takes %s for quiet, which quietgate never does', async (_, answer) => {
      const { loop, gate } = await runBoth([inFlight(2), answer], {}, runThroughRetries);
      expect(loop).toEqual(['2 in flight', 'quiet, deploying']);
      expect(gate).toMatch(
        /Z failed-open \(invalid-response\): .*; last seen 2 in flight: run-1, run-2 \(waited 31s, 6 attempts\); /,
      );
    });

    it('lets one 503 open the gate on two runs, where quietgate tries again', async () => {
      const rolling = text(503, 'rolling', { 'retry-after': '0' });
      const { loop, gate, asked } = await runBoth([inFlight(2), rolling, inFlight(2), inFlight(0)]);
      expect(loop).toEqual(['2 in flight', 'quiet, deploying']);
      expect(gate).toMatch(/^\S+Z quiet: green light, .*, 3 checks\)/);
      expect(asked).toEqual({ loop: 2, gate: 4 });
    });

    it('gives up when the wall clock jumps, which quietgate does not notice', async () => {
      const clock = jumpingClock();
      const jump: Respond = (response, request) => {
        clock.jump();
        inFlight(2)(response, request);
      };
      const answers = [inFlight(2), jump, inFlight(2), inFlight(0)];
      const { loop, gate, asked } = await runBoth(answers, clock);
      expect(loop).toEqual(['2 in flight', 'waited long enough, deploying anyway']);
      expect(gate).toMatch(/^\S+Z quiet: green light, .*, 4 checks\)/);
      expect(asked).toEqual({ loop: 2, gate: 4 });
    });
  },
);

/** A wall clock, for bash's `date` and for Node's `Date`, that is an hour ahead once it has jumped. */
interface JumpingClock {
  readonly jump: () => void;
  readonly reset: () => void;
  readonly forBash: Env;
  readonly forNode: Env;
}

function jumpingClock(): JumpingClock {
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-clock-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const mark = join(folder, 'jumped');
  const path = process.env['PATH'] ?? '';
  const date = `#!/bin/sh\nnow=$(PATH='${path}' date +%s)\n[ -e '${mark}' ] && now=$((now + 3600))\necho "$now"\n`;
  writeFileSync(join(folder, 'date'), date, { mode: 0o755 });
  const shiftDate = `
    import { existsSync } from 'node:fs';
    const RealDate = Date;
    const now = () => RealDate.now() + (existsSync(${JSON.stringify(mark)}) ? 3_600_000 : 0);
    globalThis.Date = class extends RealDate {
      constructor(...args) { super(...(args.length === 0 ? [now()] : args)); }
      static now() { return now(); }
    };`;
  return {
    jump: () => {
      writeFileSync(mark, '');
    },
    reset: () => {
      rmSync(mark, { force: true });
    },
    forBash: { PATH: folder + delimiter + path },
    forNode: preload(shiftDate),
  };
}
