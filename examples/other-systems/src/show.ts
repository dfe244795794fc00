import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { countInFlight } from '@quietgate/core';
import * as answers from './answers.ts';
import { atlantisSource } from './atlantis.ts';
import { bullmqSource } from './bullmq.ts';
import { gate } from './gate.ts';
import { classifyGitlabPipeline } from './gitlab.ts';
import { classifyPulumiUpdate } from './pulumi.ts';
import { classifySpaceliftRun } from './spacelift.ts';
import { classifyTerraformRun } from './terraform-cloud.ts';

const LISTINGS = [
  { name: 'Terraform Cloud', runs: answers.TERRAFORM_RUNS, classify: classifyTerraformRun },
  { name: 'Spacelift', runs: answers.SPACELIFT_RUNS, classify: classifySpaceliftRun },
  { name: 'Pulumi', runs: answers.PULUMI_UPDATES, classify: classifyPulumiUpdate },
  { name: 'GitLab', runs: answers.GITLAB_PIPELINES, classify: classifyGitlabPipeline },
];
const INTERVAL_MS = 200;

/** Shows the tables and the sources at work on answers that are kept here. */
export async function show(): Promise<void> {
  for (const { name, runs, classify } of LISTINGS) {
    const { count, ids } = countInFlight(runs, { classify });
    console.log(`${name}: a restart would destroy ${count} of ${runs.length}, ${ids.join(' and ')}`);
  }

  const statuses = inTurn(answers.ATLANTIS_STATUSES);
  const server = createServer((_, response) => response.end(JSON.stringify(statuses())));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await gate('Atlantis', atlantisSource(`http://127.0.0.1:${port}`), INTERVAL_MS);
  server.close();

  const active = inTurn(answers.BULLMQ_ACTIVE);
  await gate(
    'BullMQ',
    bullmqSource({
      getRanges: () => Promise.resolve(active() ?? []),
      getWorkersCount: () => Promise.resolve(1),
    }),
    INTERVAL_MS,
  );
}

/** Returns one after the other. */
function inTurn<T>(values: readonly T[]): () => T | undefined {
  const rest = [...values];
  return () => rest.shift();
}
