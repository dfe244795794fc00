import { CORDON_PATH } from '@quietgate/core';
import { MAX_BODY_BYTES, readBody, urlUnder } from '@quietgate/core/internal';
import { createNetwork, type Network } from '../network/create-network.ts';
import type { CheckPlan } from '../plan/check-plan.ts';
import {
  type Check,
  type CheckId,
  type CheckRequest,
  judge,
  plan as planCheck,
  type Reply,
} from './check.ts';
import { CORDON_CHECKS, release } from './cordon-checks.ts';
import { COUNT_CHECKS } from './count-checks.ts';
import type { Verdict } from './verdict.ts';

/** What has become of one check. */
export interface CheckResult extends Verdict {
  readonly id: CheckId;
}

export interface CheckReport {
  readonly checks: readonly CheckResult[];
  /** Whether any request got a response. */
  readonly wasAnswered: boolean;
}

/**
 * Tries how a server keeps to the protocol, one request at a time. With a token, the lease that it raises is released at the
 * end, whatever the checks say.
 *
 * @param now in milliseconds, from any starting point
 */
export async function runCheck(
  plan: CheckPlan,
  env: NodeJS.ProcessEnv,
  now: () => number = () => performance.now(),
): Promise<CheckReport> {
  const network = createNetwork(env, plan);
  const verdicts = {} as Record<CheckId, Verdict>;
  const replies = {} as Record<CheckId, readonly Reply[]>;
  const holder = `check-${crypto.randomUUID().slice(-12)}`;
  const seen = { verdicts, replies, holder, date: new Date().toUTCString() };
  const send = (request: CheckRequest) => sendRequest(request, plan, network, now);
  for (const check of checksFor(plan)) {
    const planned = planCheck(check, seen);
    if ('outcome' in planned) {
      verdicts[check.id] = planned;
      continue;
    }
    const received: Reply[] = [];
    for (const request of planned) received.push(await send(request));
    replies[check.id] = received;
    verdicts[check.id] = judge(check, received, seen);
  }
  if ('raise' in replies && verdicts.lift.outcome !== 'passed') await send(release(holder));
  return {
    checks: checksFor(plan).map(({ id }) => ({ id, ...verdicts[id] })),
    wasAnswered: Object.values(replies)
      .flat()
      .some(({ type }) => type === 'response'),
  };
}

function checksFor({ token }: CheckPlan): readonly Check[] {
  return token === undefined ? COUNT_CHECKS : [...COUNT_CHECKS, ...CORDON_CHECKS];
}

async function sendRequest(
  request: CheckRequest,
  plan: CheckPlan,
  { fetch }: Network,
  now: () => number,
): Promise<Reply> {
  const { to, method, waitS = 0 } = request;
  const timeoutMs = plan.requestTimeoutMs + waitS * 1000;
  const timeout = new AbortController();
  const timer = setTimeout(() => {
    timeout.abort(new Error(`no complete response within ${timeoutMs} ms`));
  }, timeoutMs);
  const sentAt = now();
  try {
    const response = await fetch(urlOf(request, plan), {
      method,
      headers: headersOf(request, plan),
      // A POST that is redirected may become a GET.
      ...((to === 'cordon' || method === 'POST') && { redirect: 'manual' }),
      signal: timeout.signal,
    });
    const body = await readBody(response, MAX_BODY_BYTES, timeout.signal);
    timeout.signal.throwIfAborted();
    const { status, headers, redirected, url } = response;
    const redirectedTo = redirected ? withoutQuery(url) : undefined;
    return { type: 'response', status, headers, body, redirectedTo, sentAt, endedAt: now() };
  } catch (error) {
    return { type: 'none', message: (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}

function urlOf({ to, query = '' }: CheckRequest, { url, path }: CheckPlan): string {
  const base = new URL(url);
  const isCount = to === 'count';
  const asked = urlUnder(base, isCount ? path : CORDON_PATH);
  asked.search = [isCount ? base.search : '', query].filter((each) => each !== '').join('&');
  return asked.href;
}

function headersOf({ headers = {}, token }: CheckRequest, plan: CheckPlan): [string, string][] {
  const common = plan.headers.filter(
    ([name]) => token === undefined || name.toLowerCase() !== 'authorization',
  );
  const sent = [...common, ...Object.entries(headers)];
  if (token === 'right') sent.push(['authorization', `Bearer ${String(plan.token)}`]);
  if (token === 'wrong') sent.push(['authorization', `Bearer ${crypto.randomUUID()}`]);
  return sent;
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
