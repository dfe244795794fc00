import { fetchCordon, fetchInFlightCount, type InFlightCount } from '@quietgate/core';
import { createNetwork, type Network } from '../network/create-network.ts';
import type { StatusPlan } from '../plan/status-plan.ts';
import { describeUp } from '../report/describe-cordon.ts';
import { describeCount, describeFailure, describeReceived } from '../report/describe-progress.ts';
import { asciiJson } from '../report/result-json.ts';
import { withoutSecrets } from '../text/without-secrets.ts';
import { timeIn } from './time-in.ts';

/** Why a question got no usable response. */
interface Unanswered {
  readonly message: string;
  readonly reason?: unknown;
  readonly status?: unknown;
}

type Cordon = Awaited<ReturnType<typeof fetchCordon>>;

/** What is in flight, and how the cordon stands, for people or as JSON. */
export interface Status {
  /** Absent when it is unknown. */
  readonly isQuiet?: boolean;
  readonly lines: readonly string[];
}

/** Asks once what is in flight, and with a token how the cordon stands, which changes nothing about the former. */
export async function runStatus(plan: StatusPlan, env: NodeJS.ProcessEnv): Promise<Status> {
  const network = createNetwork(env, plan);
  const { url, headers, path, token, requestTimeoutMs } = plan;
  let redirectedTo: string | undefined;
  const fetch: Network['fetch'] = async (input, init) => {
    const response = await network.fetch(input, init);
    if (response.redirected) redirectedTo = withoutSecrets(response.url);
    return response;
  };
  const asked = await fetchInFlightCount({ url, headers, path, requestTimeoutMs, fetch }).catch(unanswered);
  const cordon =
    token === undefined
      ? undefined
      : await fetchCordon({ url, headers, token, requestTimeoutMs, fetch: network.fetch }).catch(unanswered);
  const isUnknown = 'message' in asked;
  return {
    ...(isUnknown ? {} : { isQuiet: asked.count === 0 }),
    lines: plan.json
      ? [asciiJson({ url: withoutSecrets(url), ...asked, redirectedTo, cordon })]
      : [
          isUnknown
            ? `unknown: ${describeFailure(asked, plan)}`
            : describe(asked, withoutSecrets(url), redirectedTo),
          ...(cordon === undefined ? [] : [describeCordonStatus(cordon, plan)]),
        ],
  };
}

function unanswered(error: unknown): Unanswered {
  const { message, reason, status } = error as Error & Unanswered;
  if (reason === undefined) throw error; // a defect says nothing about the server
  return { reason, status, message };
}

function describe(asked: InFlightCount, url: string, redirectedTo: string | undefined): string {
  const where = redirectedTo === undefined ? url : `${url}, redirected to ${describeReceived(redirectedTo)}`;
  return `${asked.count === 0 ? 'quiet: ' : ''}${describeCount(asked)} (${where})`;
}

/** How the cordon stands, on one line. */
function describeCordonStatus(cordon: Cordon | Unanswered, plan: StatusPlan): string {
  if ('message' in cordon) return `cordon unknown: ${describeFailure(cordon, plan)}`;
  if (cordon.remainingMs === 0) return 'cordon down: new runs may start';
  return describeUp(cordon.remainingMs, cordon.holders, timeIn);
}
