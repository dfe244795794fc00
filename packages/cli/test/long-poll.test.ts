import { expect, it } from 'vitest';
import { endpoint, inFlight, longPolled, type Respond, silence } from '@quietgate/testkit/endpoint';
import { runMain, startHeld, startMain } from './support/run-main.ts';

it('leaves the end of the wait to a server that can hold a request, and says so', async () => {
  let release: () => void = () => undefined;
  const held: Respond = (response, request) => {
    release = () => {
      longPolled(0, 20)(response, request);
    };
  };
  const { url, requests, asked } = await endpoint(longPolled(1), held);
  const { saw, ended } = startMain([url]);
  await saw('of 30m); the server responds once it is quiet, next check in 20s at the latest\n');
  await asked(2);
  release();
  expect((await ended).stdout).toMatch(/^\S+Z quiet: green light, .*, 2 checks\)/);
  expect(requests.map(({ headers }) => headers['prefer'])).toEqual(['wait=0', 'wait=20']);
});

it('asks once in each interval with --no-long-poll, and says so', async () => {
  const { url, requests } = await endpoint(longPolled(1), inFlight(0));
  const { stdout, stderr } = await runMain([url, '--no-long-poll', '--interval', '20ms']);
  expect(stdout).toMatch(/^\S+Z quiet: green light, .*, 2 checks\)/);
  expect(stderr).toContain('(no-long-poll)');
  expect(stderr).toContain('; next check in 20ms\n');
  expect(requests.map(({ headers }) => headers['prefer'])).toEqual([undefined, undefined]);
});

it('counts nothing down on a terminal while the server holds the request', async () => {
  const { url, asked } = await endpoint(longPolled(1), silence);
  const { saw, advance } = startHeld([url], {}, { columns: 120 });
  await asked(2);
  await advance(8000);
  await saw('8s of 30m ░░░░░░░░░░░░░░░░ · the server responds once it is quiet');
});
