import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCordon, createInFlightIndex } from '@quietgate/core';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/node';
import { withCommands } from './commands.ts';
import { type Job, JOBS } from './jobs.ts';

const CORDON_TOKEN = 'the-token-of-a-rehearsal';
/** How long the run in flight goes on after the cordon is up. */
const RUN_MS = 1000;

const index = createInFlightIndex();
const endRun = () => {
  index.delete('t13');
};
const answerCordon = deployCordon({
  cordon: createCordon(),
  authorize: CORDON_TOKEN,
  onEvent: ({ type, holder }) => {
    console.log(`server: lease of ${holder} ${type}`);
    if (type === 'raised') setTimeout(endRun, RUN_MS);
  },
});
const answerCount = inFlightCount({ listDeployments: () => index, subscribe: index.subscribe });
const server = createServer((request, response) => {
  answerCordon(request, response, () => {
    answerCount(request, response);
  });
});

/** Rehearses both jobs: their shell lines run, against a server with a run in flight, and with nothing that is rolled. */
await once(server.listen(0, '127.0.0.1'), 'listening');
const CATALYST_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
await withCommands(async (directory) => {
  for (const job of JOBS) await rehearse(job, `${directory}:${process.env['PATH'] ?? ''}`);
});
server.close();

async function rehearse({ file, script }: Job, PATH: string): Promise<void> {
  console.log(`\n${file}`);
  index.set({ id: 't13', status: 'tofu-applying' });
  const IMAGE = 'ghcr.io/openova/catalyst-api:1f0c9e2';
  const BUILD_TAG = 'jenkins-catalyst-api-main-8132'; // set by Jenkins
  const env = { ...process.env, PATH, CATALYST_API_URL, CORDON_TOKEN, IMAGE, BUILD_TAG };
  const shell = spawn('sh', ['-ec', script], { env, stdio: 'inherit' });
  const [status] = (await once(shell, 'exit')) as [number | null];
  if (status !== 0) process.exitCode = 1;
}
