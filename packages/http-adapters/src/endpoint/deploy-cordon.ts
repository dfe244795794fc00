import { type Clock, type Cordon, CordonRefused, systemClock } from '@quietgate/core';
import { ALL_HOLDERS, isHolder } from '@quietgate/core/internal';
import { settleInTime } from '../listing/settle-in-time.ts';
import { createAuthorization } from './authorize.ts';
import { createEventReport, type EventDetails } from './cordon-events.ts';
import { type CordonEvent, type DeployCordonOptions, resolveCordonOptions } from './cordon-options.ts';
import { type CordonQuestion, isCordonMethod, readCordonQuestion } from './cordon-question.ts';
import type { EndpointResponse, Endpoint, EndpointRequest } from './endpoint.ts';
import { jsonResponse, methodNotAllowed, withoutBody } from './json-response.ts';
import { createFailureReport, logOf } from './log.ts';

const METHODS = ['GET', 'PUT', 'DELETE'];

/** How long the check and the cordon may take together: less than a gate waits for an answer. */
const TIME_LIMIT_MS = 5000;

const UNAUTHORIZED = jsonResponse(401, { error: 'unauthorized' }, { 'WWW-Authenticate': 'Bearer' });
const NOT_ALLOWED = methodNotAllowed(METHODS);
const UNAVAILABLE = jsonResponse(503, { error: 'cordon unavailable' });

/**
 * Makes the endpoint by which a deploy job raises the cordon, lifts it, and sees who holds it.
 *
 * @throws TypeError when an option is of the wrong kind, or none
 * @throws RangeError when a number is out of its range, or a token too short
 */
export function createDeployCordon(options: DeployCordonOptions, clock: Clock = systemClock): Endpoint {
  const { cordon, authorize, path, maxLeaseMs, onEvent, onError } = resolveCordonOptions(options);
  const isAuthorized = createAuthorization(authorize);
  const reportFailure = createFailureReport(onError, clock);
  const reportEvent = createEventReport(onEvent);
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
    return ask(cordon, question, (event, details) => {
      reportEvent(event, logOf(request), details);
    });
  };

  return {
    path,
    methods: METHODS,
    async answer(request) {
      let answer = UNAVAILABLE;
      try {
        answer = await settleInTime((signal) => answerInTime(request, signal), timeLimit, clock);
      } catch (error) {
        reportFailure('the cordon is unavailable', error, logOf(request));
      }
      return request.method === 'HEAD' ? withoutBody(answer) : answer;
    },
  };
}

type Report = (event: CordonEvent, details?: EventDetails) => void;

async function ask(cordon: Cordon, question: CordonQuestion, report: Report): Promise<EndpointResponse> {
  switch (question.method) {
    case 'GET':
      return jsonResponse(200, await readState(cordon));
    case 'DELETE':
      return lift(cordon, question.holder, report);
    case 'PUT':
      return raise(cordon, question, report);
  }
}

async function lift(cordon: Cordon, holder: string, report: Report): Promise<EndpointResponse> {
  const released = holder === ALL_HOLDERS ? holdersForLog(cordon) : [];
  await cordon.lift(holder);
  report({ type: 'lifted', holder }, { released: await released });
  return jsonResponse(200, {});
}

/** Whose leases an operator releases. That they cannot be told keeps nobody from releasing them. */
async function holdersForLog(cordon: Cordon): Promise<readonly string[]> {
  try {
    const holders: unknown = await cordon.holders();
    return Array.isArray(holders) ? holders.filter(isHolder) : [];
  } catch {
    return [];
  }
}

async function raise(
  cordon: Cordon,
  { holder, askedMs, lease }: CordonQuestion & { readonly method: 'PUT' },
  report: Report,
): Promise<EndpointResponse> {
  try {
    const { id, seconds } = readGrant(await cordon.raise(holder, askedMs, lease), askedMs);
    report({ type: id === lease ? 'renewed' : 'raised', holder, seconds });
    return jsonResponse(200, { seconds, lease: id });
  } catch (error) {
    if (!isCordonRefused(error)) throw error;
    report({ type: 'refused', holder }, { refusal: error.message });
    return jsonResponse(409, { error: error.message });
  }
}

/** A cordon may be of another copy of core, as beside an older one in the lock file. */
function isCordonRefused(error: unknown): error is CordonRefused {
  return error instanceof CordonRefused || (error instanceof Error && error.name === 'CordonRefused');
}

/** What is no lease, or a longer one than was asked for, would be believed by the gate. */
function readGrant(granted: unknown, askedMs: number): { id: string; seconds: number } {
  const { id, leaseMs } = Object(granted) as { id?: unknown; leaseMs?: unknown };
  if (typeof id !== 'string' || id === '') throw new TypeError('raise must return a lease with an id');
  if (typeof leaseMs !== 'number' || !(leaseMs > 0 && leaseMs <= askedMs)) {
    throw new TypeError(`raise must grant from 0 to the ${askedMs} ms that were asked for`);
  }
  return { id, seconds: Math.floor(leaseMs / 1000) };
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
