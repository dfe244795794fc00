import { createRuns } from '@quietgate/core';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/node';
import { listen, nobody } from '@quietgate/testkit/endpoint';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { runMain } from './support/run-main.ts';

const TOKEN = 's3cret-token-of-the-server';

/** A server of the adapters', which keeps to the protocol. */
async function startServer(): Promise<string> {
  const runs = createRuns();
  const cordon = deployCordon({ cordon: runs.cordon, authorize: TOKEN, onEvent: () => undefined });
  const count = inFlightCount({ listDeployments: () => runs.list(), classify: () => 'phase-0' });
  const server = createServer((request, response) => {
    cordon(request, response, () => {
      count(request, response);
    });
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

it('names each check on a line, and exits 0 when none failed', async () => {
  const { status, stdout, stderr } = await runMain(['check', await startServer(), '--with-cordon'], {
    CORDON_TOKEN: TOKEN,
  });
  expect(stderr).toBe('');
  expect(stdout.split('\n').map((line) => line.replace(/:.*/, ''))).toEqual([
    'ok answers',
    'ok body',
    'ok content-type',
    'ok no-store',
    'ok no-validators',
    'ok conditional',
    'ok head',
    'ok methods',
    'ok query',
    'ok cache',
    'ok time',
    'ok prefer-zero',
    'ok prefer-wait',
    'ok unknown',
    'ok unauthorized',
    'ok wrong-token',
    'ok state',
    'ok raise',
    'ok renew',
    'ok holders',
    'ok bad-requests',
    'ok lift',
    'ok lift-again',
    'ok cordon-methods',
    '',
  ]);
  expect(status).toBe(0);
});

it('says what was seen and what is right, and exits 1, when a check failed', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('\u001b[2J::error::');
  });
  const { status, stdout } = await runMain(['check', `http://127.0.0.1:${await listen(server)}`]);
  expect(stdout).toContain(
    'FAILED content-type: Content-Type is "text/html"; it should be exactly application/json\n',
  );
  expect(stdout).toMatch(/^skipped prefer-wait: cannot be judged, since body failed$/m);
  expect(stdout).not.toContain('\u001b');
  expect(status).toBe(1);
});

it('has all of it in JSON', async () => {
  const url = await startServer();
  const { status, stdout } = await runMain(['check', `${url}?token=s3cret`, '--json']);
  const report = JSON.parse(stdout) as { checks: object[] };
  expect(Object.keys(report)).toEqual(['url', 'checks']);
  expect(report).toMatchObject({ url });
  expect(report.checks[0]).toEqual({ id: 'answers', outcome: 'passed', message: 'status 200' });
  expect(report.checks).toHaveLength(14);
  expect(status).toBe(0);
});

it('exits 3 when no request was answered', async () => {
  const { status, stdout } = await runMain(['check', await nobody()]);
  expect(stdout).toMatch(/^FAILED answers: .*refused the connection/);
  expect(status).toBe(3);
});

it.each([
  [['check', '--with-cordon'], {}],
  [['check', '--with-cordon', 'http://127.0.0.1:9'], {}],
  [['check', '--with-cordon'], { CORDON_TOKEN: TOKEN }],
  [['check', '--cordon'], {}],
])('exits 2 on wrong usage: %o %o', async (args, env) => {
  const { status, stdout, stderr } = await runMain(args, env);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).not.toContain(TOKEN);
});
