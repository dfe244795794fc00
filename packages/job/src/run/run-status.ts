import { type InFlightCount, type QuietResult, waitForQuiet } from '@quietgate/core';
import { createNetwork, type Network } from '../network/create-network.ts';
import type { StatusPlan } from '../plan/status-plan.ts';
import { describeUp } from '../report/describe-cordon.ts';
import { describeCount } from '../report/describe-count.ts';
import { describeMessage } from '../report/describe-progress.ts';
import { sanitise } from '../text/sanitise.ts';
import { withoutSecrets } from '../text/without-secrets.ts';
import { readCordonState } from './read-cordon-state.ts';
import { timeIn } from './time-in.ts';

/** What is in flight, and how the cordon stands, in lines for people. */
export interface Status {
  /** Absent when it cannot be told. */
  readonly isQuiet?: boolean;
  readonly lines: readonly string[];
}

/** Asks once what is in flight, and with a token how the cordon stands, which changes nothing about the former. */
export async function runStatus(plan: StatusPlan, env: NodeJS.ProcessEnv): Promise<Status> {
  const network = createNetwork(env, plan);
  const asked = await askOnce(plan, network);
  const cordon = plan.token === undefined ? [] : [await describeReading(plan, plan.token, network)];
  if ('message' in asked) return { lines: [`unknown: ${describeMessage(asked)}`, ...cordon] };
  const isQuiet = asked.count === 0;
  const line = `${isQuiet ? 'quiet: ' : ''}${describeCount(asked)} (${withoutSecrets(plan.url)})`;
  return { isQuiet, lines: [line, ...cordon] };
}

/** A gate that ends with its first answer. */
async function askOnce(
  { url, path, headers, requestTimeoutMs }: StatusPlan,
  { fetch }: Network,
): Promise<InFlightCount | { readonly message: string }> {
  const answered = new AbortController();
  let seen: InFlightCount | undefined;
  const onEvent = ({ lastSeen }: { lastSeen?: InFlightCount }) => {
    seen = lastSeen;
    answered.abort();
  };
  try {
    const { signal } = answered;
    const asked = { url, path, headers, requestTimeoutMs, retries: 0, longPoll: false };
    return countOf(await waitForQuiet({ ...asked, fetch, signal, onEvent }));
  } catch (error) {
    return seen ?? { message: error instanceof Error ? error.message : String(error) };
  }
}

function countOf(result: QuietResult): InFlightCount | { readonly message: string } {
  if (result.outcome === 'failed-open') return { message: result.message };
  return result.lastSeen ?? { message: 'no answer' };
}

async function describeReading(plan: StatusPlan, token: string, { fetch }: Network): Promise<string> {
  const reading = await readCordonState({ ...plan, token, fetch });
  if ('problem' in reading) return `cordon unknown: ${describeMessage({ message: reading.problem })}`;
  const ms = reading.seconds * 1000;
  if (ms === 0) return 'cordon down: new runs may start';
  const holders = reading.holders.map((holder) => sanitise(holder)).join(', ');
  return describeUp(ms, holders, timeIn);
}
