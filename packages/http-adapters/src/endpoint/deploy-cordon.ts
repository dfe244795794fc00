import { type Clock, type Cordon, CordonRefused, type Lease, systemClock } from '@quietgate/core';
import { settleInTime } from '../listing/settle-in-time.ts';
import { createAuthorization } from './authorize.ts';
import { type DeployCordonOptions, resolveCordonOptions } from './cordon-options.ts';
import { type CordonQuestion, isCordonMethod, readCordonQuestion } from './cordon-question.ts';
import { type CordonReport, createCordonReport } from './cordon-report.ts';
import type { EndpointResponse, Endpoint, EndpointRequest } from './endpoint.ts';
import { jsonResponse, methodNotAllowed, withoutBody } from './json-response.ts';
import { createFailureReport, type Log, logOf } from './log.ts';

const METHODS = ['GET', 'PUT', 'DELETE'];

/** How long the check and the cordon may take together: less than a gate waits for an answer. */
export const TIME_LIMIT_MS = 5000;

const UNAUTHORIZED = jsonResponse(401, { error: 'unauthorized' }, { 'WWW-Authenticate': 'Bearer' });
const NOT_ALLOWED = methodNotAllowed(METHODS);
const UNAVAILABLE = jsonResponse(503, { error: 'cordon unavailable' });

/**
 * Makes the endpoint by which a deploy job raises the cordon, lifts it, and sees who holds it.
 *
 * @throws TypeError when an option is of the wrong kind, or its name is unknown
 * @throws RangeError when a number is out of its range, or a token too short
 */
export function createDeployCordon(options: DeployCordonOptions, clock: Clock = systemClock): Endpoint {
  const { cordon, authorize, path, maxLeaseMs, onEvent, onError } = resolveCordonOptions(options);
  const isAuthorized = createAuthorization(authorize);
  const reportFailure = createFailureReport(onError, clock);
  const report = createCordonReport(onEvent, cordon, clock);
  const timeLimit = {
    limitMs: TIME_LIMIT_MS,
    error: () => new Error(`the cordon and its check took longer than ${TIME_LIMIT_MS} ms`),
  };

  const answerInTime = async (request: EndpointRequest, signal: AbortSignal): Promise<EndpointResponse> => {
    const { method, query, authorization } = request;
    if (!(await isAuthorized(authorization))) return UNAUTHORIZED;
    signal.throwIfAborted();
    if (!isCordonMethod(method)) return NOT_ALLOWED;
    const question = readCordonQuestion(method, query(), maxLeaseMs);
    if (typeof question === 'string') return jsonResponse(400, { error: question });
    return ask(cordon, question, report, logOf(request));
  };

  return {
    path,
    methods: METHODS,
    async answer(request) {
      let answer = UNAVAILABLE;
      try {
        answer = await settleInTime(({ signal }) => answerInTime(request, signal), timeLimit, clock);
      } catch (error) {
        reportFailure('the cordon is unavailable', error, logOf(request));
      }
      return request.method === 'HEAD' ? withoutBody(answer) : answer;
    },
  };
}

async function ask(
  cordon: Cordon,
  question: CordonQuestion,
  report: CordonReport,
  log: Log,
): Promise<EndpointResponse> {
  switch (question.method) {
    case 'GET':
      return jsonResponse(200, await readState(cordon));
    case 'DELETE':
      await report.lift(question.holder, log);
      return jsonResponse(200, {});
    case 'PUT':
      return raise(cordon, question, report, log);
  }
}

async function raise(
  cordon: Cordon,
  { holder, askedMs, lease: renews }: CordonQuestion & { readonly method: 'PUT' },
  report: CordonReport,
  log: Log,
): Promise<EndpointResponse> {
  try {
    const lease = readGrant(await cordon.raise(holder, askedMs, renews), askedMs);
    report.granted(lease.id === renews ? 'renewed' : 'raised', { ...lease, holder }, log);
    return jsonResponse(200, { seconds: lease.seconds, lease: lease.id });
  } catch (error) {
    if (!isCordonRefused(error)) throw error;
    report.refused(holder, error.message, log);
    return jsonResponse(409, { error: error.message });
  }
}

/** A cordon may be of another copy of core, as beside an older one in the lock file. */
function isCordonRefused(error: unknown): error is CordonRefused {
  return error instanceof CordonRefused || (error instanceof Error && error.name === 'CordonRefused');
}

/** What is no lease, or a longer one than was asked for, would be believed by the gate. */
function readGrant(granted: unknown, askedMs: number): Lease & { readonly seconds: number } {
  const { id, leaseMs } = Object(granted) as { id?: unknown; leaseMs?: unknown };
  if (typeof id !== 'string' || id === '') throw new TypeError('raise must return a lease with an id');
  if (typeof leaseMs !== 'number' || !(leaseMs > 0 && leaseMs <= askedMs)) {
    throw new TypeError(`raise must grant from 0 to the ${askedMs} ms that were asked for`);
  }
  return { id, leaseMs, seconds: Math.floor(leaseMs / 1000) };
}

async function readState(cordon: Cordon): Promise<{ seconds: number; holders: readonly string[] }> {
  const questions = [async () => cordon.remainingMs(), async () => cordon.holders()];
  const [remainingMs, holders] = await Promise.all(questions.map((ask): Promise<unknown> => ask()));
  if (typeof remainingMs !== 'number' || !(remainingMs >= 0 && remainingMs < Infinity)) {
    throw new TypeError('remainingMs must return a finite number of milliseconds, of 0 or more');
  }
  if (!Array.isArray(holders) || !holders.every((each) => typeof each === 'string')) {
    throw new TypeError('holders must return an array of strings');
  }
  // It may have come down between the two.
  return { seconds: Math.ceil(remainingMs / 1000), holders: remainingMs === 0 ? [] : holders };
}
