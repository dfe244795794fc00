import { type Clock, QUIET_PATH, type Runs } from '@quietgate/core';
import { checkOptionNames } from '@quietgate/core/internal';
import { describeKind } from '../listing/describe-kind.ts';
import type { DeployCordonOptions } from './cordon-options.ts';
import { createDeployCordon } from './deploy-cordon.ts';
import type { Endpoint } from './endpoint.ts';
import { createInFlightCount } from './in-flight-count.ts';
import { checkFunction, isSignal } from './option-checks.ts';

/** Options of `serveRuns`. */
export interface ServeRunsOptions {
  /** The runs: `createRuns()` of `@quietgate/core`, or for replicas `createPostgresRuns` of `@quietgate/postgres`. */
  runs: Runs;
  /**
   * Who may raise the cordon: a token of 16 characters or more, several of them, or a check of your own that gets the token.
   * @default none: then there is no endpoint of the cordon
   */
  cordonToken?: DeployCordonOptions['authorize'] | undefined;
  /**
   * Called with the reason when the runs could not be listed, or the cordon or the check failed. The client never learns it.
   * What it throws is ignored. @default the log, one failure in ten seconds, with the number of those left out
   */
  onError?: ((error: unknown) => void) | undefined;
  /** Called after each change of a lease, as for `deployCordon`. What it throws is ignored. @default the log, renewals aside */
  onEvent?: DeployCordonOptions['onEvent'];
}

const NAMES = Object.keys({
  runs: null,
  cordonToken: null,
  onError: null,
  onEvent: null,
} satisfies Record<keyof ServeRunsOptions, null>);

/**
 * Makes the endpoints of a server's runs, each on its default path: the quiet path, the count and, with a token, the cordon.
 *
 * @throws TypeError when an option is of the wrong kind, or unknown
 * @throws RangeError when a token is too short
 */
export function createServeRuns(options: ServeRunsOptions, clock?: Clock): readonly Endpoint[] {
  const { runs, cordonToken, onError, onEvent } = checkOptions(options);
  const count = createInFlightCount(
    {
      listDeployments: (context) => runs.list(context),
      classify: () => 'phase-0',
      subscribe: (onChange) => runs.subscribe(onChange),
      signal: runs.closing,
      quietPath: QUIET_PATH,
      onError,
    },
    clock,
  );
  if (cordonToken === undefined) return count;
  const { cordon } = runs;
  return [...count, createDeployCordon({ cordon, authorize: cordonToken, onError, onEvent }, clock)];
}

function checkOptions(options: ServeRunsOptions): ServeRunsOptions {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new TypeError(`options must be an object with runs, got ${describeKind(options)}`);
  }
  checkOptionNames(options, NAMES);
  const { list, subscribe, cordon, closing } = Object(options.runs) as Partial<Runs>;
  const areFunctions = typeof list === 'function' && typeof subscribe === 'function';
  if (!areFunctions || typeof cordon !== 'object' || !isSignal(closing)) {
    throw new TypeError(
      `runs must be an object with list, subscribe, cordon and closing, as createRuns makes, got ${describeKind(options.runs)}`,
    );
  }
  if (options.onEvent !== undefined) checkFunction('onEvent', options.onEvent);
  return options;
}
