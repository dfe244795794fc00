import { exceptStale, IN_FLIGHT_STATUSES } from '@quietgate/core';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/fastify';
import { createPostgresCordon, listenForChanges } from '@quietgate/postgres';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Sql } from 'postgres';
import {
  CHANNEL,
  findDeployment,
  insertDeployment,
  listInFlight,
  moveDeployments,
  type RunInFlight,
} from './deployments.ts';
import { createProvisioner } from './provisioner.ts';

/** How a replica is served. */
export interface AppOptions {
  /** How long each step of a run takes, in milliseconds. */
  readonly stepMs: number;
  /** What a deploy job shows to block new runs; without one, nobody can. */
  readonly cordonToken?: string | undefined;
  /** Whether to log. @default true */
  readonly logger?: boolean;
}

/** How long a run may show no heartbeat until its process counts as dead. */
const STALE_AFTER_MS = 5 * 60_000;

/** As long as a request is kept pending: notifications report all but a run whose heartbeats stop, and the next poll finds that. */
const RELIST_MS = 25_000;

const DEPLOYMENTS = '/api/v1/deployments';
const WITH_NAME = {
  body: {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string', pattern: '^[a-z0-9-]{1,63}$' } },
  },
};

/** Makes one replica of a server whose deployments live in PostgreSQL. The tables must be there. */
export async function createApp(sql: Sql, options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({ logger: options.logger ?? true });
  const cordon = createPostgresCordon(sql);
  const { subscribe } = await listenForChanges(sql, CHANNEL);
  const provisioner = createProvisioner(sql, options.stepMs, (error) => {
    app.log.error(error);
  });
  app.addHook('onClose', () => provisioner.close());

  // The database compares its own clock with itself.
  let listedAt = NaN;
  await app.register(inFlightCount, {
    async listDeployments({ signal }) {
      const runs = await listInFlight(sql, signal);
      listedAt = runs[0]?.listedAt.getTime() ?? NaN;
      return runs;
    },
    subscribe,
    relistMs: RELIST_MS,
    classify: exceptStale({
      afterMs: STALE_AFTER_MS,
      lastSignOfLife: ({ heartbeatAt }: RunInFlight) => heartbeatAt,
      now: () => listedAt,
      onStale({ id }) {
        app.log.warn(`run ${id} has shown no heartbeat and no longer blocks; its process may still be alive`);
      },
    }),
  });
  if (options.cordonToken !== undefined) {
    await app.register(deployCordon, { cordon, authorize: options.cordonToken });
  }

  // While the cordon is up `admit` rejects with a RunRefused, which Fastify answers as 503 with Retry-After.
  app.post<{ Body: { name: string } }>(DEPLOYMENTS, { schema: WITH_NAME }, async ({ body }, reply) => {
    const deployment = await cordon.admit((tx) => insertDeployment(tx, body.name));
    provisioner.work(deployment.id);
    return reply.code(202).header('Location', `${DEPLOYMENTS}/${deployment.id}`).send(deployment);
  });

  app.get<{ Params: { id: string } }>(`${DEPLOYMENTS}/:id`, async ({ params }, reply) => {
    const found = await findDeployment(sql, params.id);
    return found ?? reply.code(404).send({ error: 'no such deployment' });
  });

  // Whichever replica works on it: work that is pretended needs no stopping, and finds at its next step that it is over.
  app.delete<{ Params: { id: string } }>(`${DEPLOYMENTS}/:id`, async ({ params }, reply) => {
    const wiped = await moveDeployments(sql, [params.id], IN_FLIGHT_STATUSES, 'wiped');
    return wiped > 0 ? reply.code(204).send() : reply.code(404).send({ error: 'no such run in flight' });
  });

  return app;
}
