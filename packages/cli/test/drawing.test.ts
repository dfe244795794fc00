import { CORDON_PATH } from '@quietgate/core';
import { describe, expect, it } from 'vitest';
import { deployServer, TOKEN } from '@quietgate/job/test/deploy-server';
import { endpoint, inFlight, text } from '@quietgate/testkit/endpoint';
import type { Env } from '@quietgate/testkit/processes';
import { runMain, startMain } from './support/run-main.ts';

const CLEAR = '\r\u001b[K';
const GREEN = '\u001b[32m';
const YELLOW = '\u001b[33m';
const PLAIN = '\u001b[39m';

/** On a terminal as a program sees one, which shows line ends as they are written. */
const startOnTerminal = (args: readonly string[], env: Env = {}, { columns = 100 } = {}) =>
  startMain(args, { TERM: 'xterm-256color', ...env }, { columns });

describe('on a terminal', () => {
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

  it('paints any other outcome yellow, and says what to do', async () => {
    const { url } = await endpoint(text(404));
    const { stdout } = await startOnTerminal([url]).ended;
    expect(stdout).toContain(`${CLEAR}${YELLOW}failed-open (not-found): `);
    expect(stdout).toContain(`; the deploy goes ahead${PLAIN}\nExpected until a server`);
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

  describe('with a cordon', () => {
    const startCordoned = (url: string) =>
      startOnTerminal([url, '--cordon', '--holder', 'deploy-42'], { CORDON_TOKEN: TOKEN }, { columns: 200 });
    const UP = `${CLEAR}cordon up: new runs are blocked by a lease of 10m at most, held by deploy-42\n${CLEAR}`;

    it('leaves above the live line that it is up, and below the result until when', async () => {
      const { url, endRun } = await deployServer();
      const { saw, ended } = startCordoned(url);
      await saw('1 in flight: run');
      endRun();
      const { stdout } = await ended;
      expect(stdout).toContain(UP);
      expect(stdout).toContain(`${CLEAR}${GREEN}quiet: green light, `);
      expect(stdout).toMatch(
        /\ncordon up: new runs are blocked until \S+Z \([\dms ]+\), held by deploy-42\n$/,
      );
      expect(stdout).not.toContain(TOKEN);
    });

    it('leaves above it, too, that it is not up, and paints the green light yellow', async () => {
      const { url } = await deployServer({ authorize: false, count: { listDeployments: () => [] } });
      const { stdout } = await startCordoned(url).ended;
      const why = `: the cordon at ${url}${CORDON_PATH} answered 404: no cordon answers there\n`;
      expect(stdout).toContain(`${CLEAR}cordon not up: new runs are NOT blocked${why}${CLEAR}`);
      expect(stdout).toContain(`${CLEAR}${YELLOW}quiet: green light, `);
      expect(stdout.endsWith(`${PLAIN}\ncordon not up: new runs are NOT blocked\n`)).toBe(true);
    });

    it('says so when it was lost, and when it is up again', async () => {
      let raises = 0;
      const { url } = await deployServer({
        count: { listDeployments: () => [] },
        raise: () => (_, leaseMs) => ({ id: ++raises === 1 ? 'lease-1' : 'lease-2', leaseMs }),
      });
      const { stdout } = await startCordoned(url).ended;
      const lost = 'the lease has ended and another one has begun: runs may have started in between';
      expect(stdout).toContain(`${CLEAR}cordon not up: new runs are NOT blocked: ${lost}\n${CLEAR}`);
      expect(stdout.split(UP)).toHaveLength(3);
      expect(stdout.slice(stdout.indexOf(lost))).toContain(UP);
    });

    it('lifts it on SIGINT, and says so on a line of its own', async () => {
      const { url, cordon } = await deployServer();
      const { saw, ended, kill } = startCordoned(url);
      await saw('1 in flight: run');
      kill('SIGINT');
      const { status, stdout } = await ended;
      expect(status).toBe(130);
      expect(
        stdout.endsWith(`${CLEAR}stopped by SIGINT, without a green light\nlease of deploy-42 released\n`),
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

  it('asks no person for a token where status is JSON', async () => {
    const { url } = await endpoint(inFlight(0));
    const { stdout } = await startOnTerminal(['status', url, '--json']).ended;
    expect(stdout).not.toContain('not asked');
  });
});

it('draws nothing in a pipe', async () => {
  const { url } = await endpoint(inFlight(1), inFlight(0));
  const { stdout, stderr } = await runMain([url, '--interval', '20ms']);
  expect(stdout + stderr).not.toContain('\u001b');
  expect(stdout + stderr).not.toContain('\r');
});
