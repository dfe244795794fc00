import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endpoint, inFlight, silence } from '@quietgate/testkit/endpoint';
import { heldClock } from '@quietgate/testkit/held-clock';
import { noTerminal, startOnTerminal } from './support/terminal.ts';

const CLEAR = '\r\u001b[K';
const GREEN = '\u001b[32m';
const PLAIN = '\u001b[39m';

describe.skipIf(noTerminal !== undefined)(`on a terminal${noTerminal ? ` (${noTerminal})` : ''}`, () => {
  it('draws one live line over itself, then one line of result', async () => {
    const { url } = await endpoint(inFlight(2), inFlight(1), inFlight(0));
    const { status, stdout } = await startOnTerminal([url, '--interval', '20ms']).ended;
    const frames = stdout.split(CLEAR);
    expect(status).toBe(0);
    expect(
      frames
        .at(-1)
        ?.startsWith(
          `${GREEN}quiet: green light, nothing in flight at ${url}${IN_FLIGHT_COUNT_PATH} (waited `,
        ),
    ).toBe(true);
    expect(frames.at(-1)?.endsWith(`, 3 checks); the deploy goes ahead${PLAIN}\r\n`)).toBe(true);
    expect(frames.slice(0, -1).join('')).not.toContain('\n');
    expect(frames).toContainEqual(
      expect.stringMatching(/^\S 2 in flight: run-1, run-2 · \d+s of 30m ░{16} · (next check in 1s|asking)$/),
    );
    expect(frames).toContainEqual(expect.stringMatching(/ 1 in flight: run-1 · /));
  });

  it('says to a person why status asks for no cordon', async () => {
    const { url } = await endpoint(inFlight(0));
    const { stdout } = await startOnTerminal(['status', url]).ended;
    expect(stdout).toBe(
      `quiet: nothing in flight (${url})\r\ncordon not asked: that takes a URL, and the token in CORDON_TOKEN\r\n`,
    );
  });

  it('keeps the line within the width of the terminal', async () => {
    const { url } = await endpoint(inFlight(2, ['界'.repeat(60), 'x'.repeat(5000)]), inFlight(0));
    const { stdout } = await startOnTerminal([url, '--interval', '20ms'], {}, { columns: 72 }).ended;
    const widths = stdout
      .split(CLEAR)
      .slice(0, -1)
      .map((frame) =>
        Array.from(frame).reduce((width, character) => width + (character === '界' ? 2 : 1), 0),
      );
    expect(Math.max(...widths)).toBeLessThan(72);
    expect(stdout).toContain('of 30m');
  });

  it('counts down to the next check, once a second: a terminal that takes nothing holds the process', async () => {
    const { url } = await endpoint(inFlight(1));
    const clock = await heldClock();
    const { child, saw, ended } = startOnTerminal([url, '--interval', '2m'], clock.env);
    await saw('next check in 2m');
    await clock.advance(50_000);
    await saw('50s of 30m ░░░░░░░░░░░░░░░░ · next check in 1m 10s');
    await clock.advance(60_000);
    await saw('1m 50s of 30m ░░░░░░░░░░░░░░░░ · next check in 10s');
    child.stdin.write('\u0003');
    // One more for each of its start, the response and its end.
    expect((await ended).stdout.split(CLEAR)).toHaveLength(1 + 110 + 3);
  });

  it('treats a terminal of no width as one of 80 columns', async () => {
    const { url } = await endpoint(inFlight(0));
    const { stdout } = await startOnTerminal([url], {}, { columns: 0 }).ended;
    expect(stdout).toContain(`asking ${url} · 0s of 30m`);
  });

  it('draws there, and leaves a result plain that goes to a file', async () => {
    const { url } = await endpoint(inFlight(1), inFlight(0));
    const folder = mkdtempSync(join(tmpdir(), 'quietgate-terminal-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const stdoutFile = join(folder, 'result');
    const { stdout } = await startOnTerminal([url, '--interval', '20ms'], {}, { stdoutFile }).ended;
    expect(stdout).toContain(`${CLEAR}⠋ asking ${url}`);
    const result = readFileSync(stdoutFile, 'utf8');
    expect(result).toMatch(/^quiet: green light, .*, 2 checks\); the deploy goes ahead\n$/);
    expect(result).not.toContain('\u001b');
  });

  it('clears the line and ends with status 130 on Ctrl-C', async () => {
    const { url } = await endpoint(silence);
    const { saw, ended, child } = startOnTerminal([url]);
    await saw('asking http://127.0.0.1');
    child.stdin.write('\u0003');
    const { status, stdout } = await ended;
    expect(status).toBe(130);
    expect(stdout.endsWith(`${CLEAR}stopped by SIGINT, without a green light\r\n`)).toBe(true);
  });
});
