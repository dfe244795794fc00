import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { describe, expect, it } from 'vitest';
import {
  busy,
  endpoint,
  inFlight,
  json,
  nobody,
  reset,
  type Respond,
  silence,
  text,
} from '@quietgate/testkit/endpoint';
import { runMain, startHeld } from './support/run-main.ts';

/** Quick, and without a pause of a second before a retry. */
const QUICK = ['--interval', '20ms', '--retries', '0'];

describe('exits 0 on every outcome that lets the deploy go', () => {
  it('quiet: says so in one line of standard output', async () => {
    const { url } = await endpoint(inFlight(0));
    const { status, stdout } = await runMain([url]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `^\\S+Z quiet: green light, nothing in flight at ${url}${IN_FLIGHT_COUNT_PATH} \\(waited \\d+ms, 1 check\\); the deploy goes ahead\n$`,
      ),
    );
  });

  it('quiet after a wait: tells each change on standard error', async () => {
    const { url, requests } = await endpoint(inFlight(2), inFlight(2), inFlight(1), inFlight(0));
    const { status, stdout, stderr } = await runMain([url, ...QUICK]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\S+Z quiet: green light, .*, 4 checks\)/);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^\S+Z asking http:\/\/127\.0\.0\.1:\d+ every 20ms, for 30m at most$/),
      expect.stringMatching(/^\S+Z 2 in flight: run-1, run-2 \(waited \d+ms of 30m\); next check in 20ms$/),
      expect.stringMatching(/^\S+Z 1 in flight: run-1 \(/),
    ]);
    expect(requests).toHaveLength(4);
  });

  it('timed-out: names what was in flight and what to do', async () => {
    const { url } = await endpoint(inFlight(2));
    const { saw, advance, ended } = startHeld([url, '--interval', '1h']);
    await saw('2 in flight');
    await advance(30 * 60_000);
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^\S+Z timed-out: maximum wait of 30m reached, last seen 2 in flight: run-1, run-2 \(waited 30m, 1 check\); the deploy goes ahead\n$/,
    );
    expect(stderr).toContain('A run may be stuck');
  });

  it('timed-out: in the middle of a request that hangs', async () => {
    const { url, asked } = await endpoint(silence);
    const { advance, ended } = startHeld([url, '--request-timeout', '1h']);
    await asked(1);
    await advance(30 * 60_000);
    const { status, stdout } = await ended;
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^\S+Z timed-out: maximum wait of 30m reached without one count \(waited 30m, 1 check\); the deploy goes ahead\n$/,
    );
  });

  it('timed-out: says why there was no count at last', async () => {
    const { url, asked } = await endpoint(inFlight(1, ['t13']), text(404));
    const options = ['--max-wait', '1m', '--on-unavailable', 'wait', '--retries', '0'];
    const { saw, advance, ended } = startHeld([url, ...options]);
    await saw('1 in flight');
    await advance(20_000);
    await saw('waiting anyway');
    await advance(20_000);
    await asked(3);
    await advance(20_000);
    const { stdout, stderr } = await ended;
    expect(stdout).toMatch(
      /^\S+Z timed-out: maximum wait of 1m reached, no count for 1m \(\S+ answered 404.*\), last seen 1 in flight: t13 \(/,
    );
    expect(stderr).toMatch(/ asking \S+ every 20s, for 1m at most \(on-unavailable wait\)\n/);
    expect(stderr).toMatch(/\S+Z The endpoint was there before: /);
  });

  it.each<[reason: string, answer: Respond, message: RegExp, more: string[]]>([
    ['not-found', text(404), /answered 404/, []],
    ['http-status', busy, /answered 503/, []],
    ['http-status', text(204), /answered 204/, []],
    ['unreachable', reset, /could not be reached/, []],
    ['request-timeout', silence, /gave no complete answer within 50 ms/, ['--request-timeout', '50ms']],
    ['invalid-response', text(200, '<html>'), /not with an in-flight count.*<html>/, []],
    ['invalid-response', json(null), /not with an in-flight count/, []],
  ])('failed-open (%s): says why and what to do', async (reason, answer, message, more) => {
    const { url } = await endpoint(answer);
    const { status, stdout, stderr } = await runMain([url, ...QUICK, ...more]);
    expect(status).toBe(0);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stdout).toMatch(message);
    expect(stdout).toContain(`Z failed-open (${reason}): ${url}/api/v1/`);
    expect(stdout.endsWith('; the deploy goes ahead\n')).toBe(true);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2); // asking, and the advice
  });

  it('failed-open: repeats what was last seen, as it may still be in flight', async () => {
    const { url } = await endpoint(inFlight(1, ['t13']), text(404));
    const { stdout } = await runMain([url, ...QUICK]);
    expect(stdout).toMatch(/answered 404.*; last seen 1 in flight: t13 \(.*\); the deploy goes ahead\n$/);
  });

  it('failed-open: nobody listens', async () => {
    const { status, stdout } = await runMain([await nobody(), '--retries', '0']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\S+Z failed-open \(unreachable\): .*ECONNREFUSED/);
  });
});

describe('exits 1 on an outcome that --fail-on names, and on no other', () => {
  const quiet = { answer: inFlight(0), line: 'quiet: ' };
  const stuck = { answer: inFlight(1), line: '1 in flight' };
  const missing = { answer: text(404), line: 'failed-open ' };

  it.each<[failOn: string[], endpoint: { answer: Respond; line: string }, status: number]>([
    [['timed-out'], stuck, 1],
    [['failed-open'], missing, 1],
    [['timed-out,failed-open'], stuck, 1],
    [['timed-out, failed-open'], missing, 1],
    [['timed-out', 'failed-open'], stuck, 1],
    [['failed-open,failed-open'], missing, 1],
    [['failed-open'], stuck, 0],
    [['timed-out'], missing, 0],
    [['timed-out,failed-open'], quiet, 0],
  ])('%j', async (failOn, { answer, line }, expected) => {
    const { url } = await endpoint(answer);
    const options = failOn.flatMap((value) => ['--fail-on', value]);
    const { saw, advance, ended } = startHeld([url, '--interval', '1h', ...options]);
    await saw(line);
    await advance(30 * 60_000);
    const { status, stdout } = await ended;
    expect(status).toBe(expected);
    expect(stdout.includes('fail-on stops the deploy')).toBe(expected === 1);
  });
});
