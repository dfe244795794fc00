import { CORDON_PATH, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deployServer, TOKEN } from '@quietgate/job/test/deploy-server';
import { endpoint, inFlight, silence, text } from '@quietgate/testkit/endpoint';
import { heldClock } from '@quietgate/testkit/held-clock';
import type { Env } from '@quietgate/testkit/processes';
import { runCli } from './support/run-cli.ts';
import { noTerminal, startOnTerminal } from './support/terminal.ts';

const CLEAR = '\r\u001b[K';
const GREEN = '\u001b[32m';
const YELLOW = '\u001b[33m';
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
    const json = await startOnTerminal(['status', url, '--json']).ended;
    expect(json.stdout).not.toContain('not asked');
  });

  it('draws a line for each server that is not quiet yet', async () => {
    const quiet = await endpoint(inFlight(0));
    const busy = await endpoint(inFlight(1, ['t13']), inFlight(1, ['t13']), inFlight(0));
    const args = [quiet.url, busy.url, '--interval', '200ms'];
    const { status, stdout } = await startOnTerminal(args, {}, { columns: 140 }).ended;
    expect(status).toBe(0);
    expect(stdout).toContain(`${quiet.url}: asking ${quiet.url}`);
    const lastDrawn = stdout.slice(stdout.lastIndexOf(`${busy.url}: 1 in flight: t13`));
    expect(lastDrawn).not.toContain('asking');
    expect(lastDrawn).toContain(`${CLEAR}${GREEN}quiet: 2 of 2 servers (waited `);
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

  it('paints any other outcome yellow, and says what to do', async () => {
    const { url } = await endpoint(text(404));
    const { stdout } = await startOnTerminal([url]).ended;
    expect(stdout).toContain(`${CLEAR}${YELLOW}failed-open (not-found): `);
    expect(stdout).toContain(`; the deploy goes ahead${PLAIN}\r\nExpected until a server`);
  });

  it.each<[Env, boolean]>([
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '' }, true],
  ])('obeys %j', async (env, colour) => {
    const { url } = await endpoint(inFlight(0));
    const { stdout } = await startOnTerminal([url], env).ended;
    expect(stdout.includes(GREEN)).toBe(colour);
  });

  it.each<[Env, boolean]>([
    [{ CI: 'true' }, false],
    [{ CI: '' }, true],
    [{ CI: 'false' }, true],
  ])('of a job is a log: %j', async (env, isDrawn) => {
    const { url } = await endpoint(inFlight(0));
    const { stdout } = await startOnTerminal([url], env).ended;
    expect(stdout.includes(CLEAR)).toBe(isDrawn);
  });

  it('moves no cursor on a dumb terminal', async () => {
    const { url } = await endpoint(inFlight(0));
    const { stdout } = await startOnTerminal([url], { TERM: 'dumb' }).ended;
    expect(stdout).toContain(' asking http://127.0.0.1');
    expect(stdout).not.toContain(CLEAR);
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

  describe('with a cordon', () => {
    const startCordoned = (url: string) =>
      startOnTerminal([url, '--cordon', '--holder', 'deploy-42'], { CORDON_TOKEN: TOKEN }, { columns: 200 });
    const UP = `${CLEAR}cordon up: new runs are blocked by a lease of 10m at most, held by deploy-42\r\n${CLEAR}`;

    it('leaves above the live line that it is up, and below the result until when', async () => {
      const { url, endRun } = await deployServer();
      const { saw, ended } = startCordoned(url);
      await saw('1 in flight: run');
      endRun();
      const { stdout } = await ended;
      expect(stdout).toContain(UP);
      expect(stdout).toContain(`${CLEAR}${GREEN}quiet: green light, `);
      expect(stdout).toMatch(
        /\r\ncordon up: new runs are blocked until \S+Z \([\dms ]+\), held by deploy-42\r\n$/,
      );
      expect(stdout).not.toContain(TOKEN);
    });

    it('leaves above it, too, that it is not up, and paints the green light yellow', async () => {
      const { url } = await deployServer({ authorize: false, count: { listDeployments: () => [] } });
      const { stdout } = await startCordoned(url).ended;
      const why = `: the cordon at ${url}${CORDON_PATH} answered 404: no cordon answers there\r\n`;
      expect(stdout).toContain(`${CLEAR}cordon not up: new runs are NOT blocked${why}${CLEAR}`);
      expect(stdout).toContain(`${CLEAR}${YELLOW}quiet: green light, `);
      expect(stdout.endsWith(`${PLAIN}\r\ncordon not up: new runs are NOT blocked\r\n`)).toBe(true);
    });

    it('says so when it was lost, and when it is up again', async () => {
      let raises = 0;
      const { url } = await deployServer({
        count: { listDeployments: () => [] },
        raise: () => (_, leaseMs) => ({ id: ++raises === 1 ? 'lease-1' : 'lease-2', leaseMs }),
      });
      const { stdout } = await startCordoned(url).ended;
      const lost = 'the lease has ended and another one has begun: runs may have started in between';
      expect(stdout).toContain(`${CLEAR}cordon not up: new runs are NOT blocked: ${lost}\r\n${CLEAR}`);
      expect(stdout.split(UP)).toHaveLength(3);
      expect(stdout.slice(stdout.indexOf(lost))).toContain(UP);
    });

    it('lifts it on Ctrl-C, and says so on a line of its own', async () => {
      const { url, cordon } = await deployServer();
      const { saw, ended, child } = startCordoned(url);
      await saw('1 in flight: run');
      child.stdin.write('\u0003');
      const { status, stdout } = await ended;
      expect(status).toBe(130);
      expect(
        stdout.endsWith(
          `${CLEAR}stopped by SIGINT, without a green light\r\nlease of deploy-42 released\r\n`,
        ),
      ).toBe(true);
      expect(cordon.holders()).toEqual([]);
    });
  });

  it('writes no control sequence of an id', async () => {
    const { url } = await endpoint(inFlight(1, ['\u001b[2J\u001b]0;title\u0007\n\u009b2J']), inFlight(0));
    const { stdout } = await startOnTerminal([url, '--interval', '20ms'], {}, { columns: 140 }).ended;
    expect(stdout).toContain(String.raw`1 in flight: \u{1b}[2J\u{1b}]0;title\u{7}\u{a}\u{9b}2J`);
    expect(stdout).not.toContain('\u001b[2J');
  });
});

it('draws nothing in a pipe', async () => {
  const { url } = await endpoint(inFlight(1), inFlight(0));
  const { stdout, stderr } = await runCli([url, '--interval', '20ms']);
  expect(stdout + stderr).not.toContain('\u001b');
  expect(stdout + stderr).not.toContain('\r');
});
