import { createRuns } from '@quietgate/core';
import { describe, test } from 'vitest';
import type { DeployCordonOptions } from '../src/endpoint/cordon-options.ts';
import { answers } from './answers.ts';
import { cordonContract } from './cordon.ts';
import { failures } from './failures.ts';
import { holding } from './holding.ts';
import type { Check, Host } from './host.ts';
import { indexAndStale } from './index-and-stale.ts';
import { quiet } from './quiet.ts';
import { routing } from './routing.ts';
import { type OpenRuns, type RunsHost, runsContract } from './runs.ts';
import { sharing } from './sharing.ts';

export type { Check, Host } from './host.ts';

/**
 * What every adapter must hold to, whatever its framework would rather do. What no framework can break, the laws of the endpoint
 * itself, is checked on one host alone.
 */
export const adapterContract: readonly Check[] = [
  ...answers,
  ...routing,
  ...failures,
  ...sharing,
  ...holding,
  ...indexAndStale,
  ...quiet,
];

/** Applies the contract of the in-flight count, or a part of it, to a host, over real sockets. */
export function describeAdapter(host: Host, checks: readonly Check[] = adapterContract): void {
  describeHost(host, checks);
}

/** Applies the contract of the runs to a host, over real sockets; by default of runs in memory. */
export function describeRuns(host: RunsHost, open: OpenRuns = createRuns): void {
  describeHost({ ...host, name: `the runs in ${host.name}` }, runsContract(open));
}

/** Applies the contract of the cordon to a host, over real sockets. */
export function describeCordon(host: Host<DeployCordonOptions>): void {
  describeHost({ ...host, name: `the cordon in ${host.name}` }, cordonContract);
}

function describeHost<O>(host: Host<O>, checks: readonly Check<O>[]): void {
  describe(host.name, () => {
    const applied = checks.filter(({ isLaw }) => isLaw !== true || host.checksLaws === true);
    test.each(applied)('$name', async ({ check }) => {
      await check(host);
    });
  });
}
