import { systemClock } from '@quietgate/core';
import { MAX_BODY_BYTES, readBody } from '@quietgate/core/internal';
import { createNetwork, type Network } from '../network/create-network.ts';
import type { UntilPlan } from '../plan/until-plan.ts';
import { describeFailure } from '../report/describe-progress.ts';
import { exactDuration, formatDuration } from '../text/format-duration.ts';
import { quote } from '../text/quote.ts';
import { sanitise } from '../text/sanitise.ts';
import { withoutSecrets } from '../text/without-secrets.ts';
import { timeIn } from './time-in.ts';

/** Whether a response has contained the text, as one line for people. */
export interface UntilEnd {
  readonly isThere: boolean;
  readonly line: string;
}

/**
 * Asks until a response with status 200 contains the text, and for the maximum wait at most.
 *
 * @param report is told what is seen, where that is news
 */
export async function runUntil(
  plan: UntilPlan,
  env: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<UntilEnd> {
  const network = createNetwork(env, plan);
  const startedAt = systemClock.now();
  const where = withoutSecrets(plan.url);
  const elapsed = () => systemClock.now() - startedAt;
  const waited = () => `(waited ${formatDuration(elapsed())} of ${exactDuration(plan.maxWaitMs)})`;
  const leftMs = () => plan.maxWaitMs - elapsed();
  report(`${timeIn(0)} asking ${where} every ${exactDuration(plan.intervalMs)} for ${quote(plan.text)}`);
  for (let seen: string | undefined; ;) {
    const askedAt = elapsed();
    const asked = await ask(plan, network, Math.min(plan.requestTimeoutMs, leftMs()));
    if (asked === undefined) {
      return { isThere: true, line: `${timeIn(0)} ${where} has the text ${waited()}` };
    }
    if (asked !== seen) report(`${timeIn(0)} ${asked} ${waited()}`);
    seen = asked;
    await systemClock.sleep(Math.min(askedAt + plan.intervalMs - elapsed(), leftMs()));
    if (leftMs() <= 0) {
      return { isThere: false, line: `${timeIn(0)} ${where} has not had the text: ${asked} ${waited()}` };
    }
  }
}

/** What was seen instead of the text, on one line; `undefined` when it is there. */
async function ask(plan: UntilPlan, { fetch }: Network, timeoutMs: number): Promise<string | undefined> {
  const { url, text, headers } = plan;
  const overdue = new AbortController();
  const timer = setTimeout(() => {
    overdue.abort(new Error(`no complete response within ${exactDuration(Math.ceil(timeoutMs))}`));
  }, timeoutMs);
  try {
    const response = await fetch(url, { headers, signal: overdue.signal });
    const bytes = await readBody(response, MAX_BODY_BYTES, overdue.signal);
    overdue.signal.throwIfAborted();
    if (response.status !== 200) return describeFailure({ message: `answered ${response.status}` }, plan);
    if (bytes === undefined) return `answered 200 with more than ${MAX_BODY_BYTES} bytes`;
    const body = new TextDecoder().decode(bytes);
    return body.includes(text) ? undefined : `answered 200 with ${quoteBody(body)}`;
  } catch (error) {
    return describeFailure(error as Error, plan);
  } finally {
    clearTimeout(timer);
  }
}

function quoteBody(body: string): string {
  const text = body.trim();
  return text === '' ? 'nothing' : `"${sanitise(text, 80)}"`;
}
