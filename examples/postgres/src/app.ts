import { exceptStale, IN_FLIGHT_STATUSES } from '@quietgate/core';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import postgres, { type Sql } from 'postgres';
import {
  CHANNEL,
  findDeployment,
  insertDeployment,
  listInFlight,
  moveDeployments,
  type RunInFlight,
} from './deployments.ts';
import { listenForChanges } from './postgres-changes.ts';
import { createPostgresCordon, RunRefused } from './postgres-cordon.ts';
import { createProvisioner } from './provisioner.ts';

/** How a replica is served. */
export interface AppOptions {
  /** How long each step of a run takes, in milliseconds. */
  readonly stepMs: number;
  /** What a deploy job shows to hold off new runs; without one, nobody can. */
  readonly cordonToken?: string | undefined;
  /** Whether to log. @default true */
  readonly logger?: boolean;
}

/** How long a run may be silent until it is taken for dead. */
const STALE_AFTER_MS = 5 * 60_000;

/** As long as a request is held: the notifications report all but a run that falls silent, and that the next poll finds. */
const RELIST_MS = 25_000;

/** A cordon may be lifted long before its last lease ends. */
const MAX_RETRY_AFTER_MS = 30_000;

const LOCK_NOT_AVAILABLE = '55P03';

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

  await app.register(inFlightCount, {
    listDeployments: ({ signal }) => listInFlight(sql, signal),
    subscribe,
    relistMs: RELIST_MS,
    classify: exceptStale({
      afterMs: STALE_AFTER_MS,
      lastSignOfLife: ({ silentMs }: RunInFlight) => Date.now() - silentMs,
      onStale({ id }) {
        app.log.warn(
          `run ${id} has been silent for too long, and blocks no longer; its process may still live`,
        );
      },
    }),
  });
  if (options.cordonToken !== undefined) {
    await app.register(deployCordon, { cordon, authorize: options.cordonToken });
  }

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

  app.setErrorHandler((error, _, reply) => {
    const refusal = refusalFor(error);
    if (refusal === undefined) throw error;
    const { retryAfterMs, ...body } = refusal;
    const seconds = Math.ceil(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) / 1000);
    return reply.code(503).header('Retry-After', seconds).send(body);
  });

  return app;
}

/** What a run that may not start now is answered with, and when to try again. */
function refusalFor(error: unknown) {
  if (error instanceof RunRefused) {
    const { message, remainingMs, holders } = error;
    return { error: message, holders, retryAfterMs: remainingMs };
  }
  if (error instanceof postgres.PostgresError && error.code === LOCK_NOT_AVAILABLE) {
    return { error: 'a deploy is about to hold off new runs', retryAfterMs: 1000 };
  }
  return undefined;
}
