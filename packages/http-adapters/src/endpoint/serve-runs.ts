import { type Clock, QUIET_PATH, type Runs } from '@quietgate/core';
import { checkFunction, checkKind, checkOptions, checkSignal } from '@quietgate/core/internal';
import { checkCordon, type DeployCordonOptions, readAuthorize } from './cordon-options.ts';
import { createDeployCordon } from './deploy-cordon.ts';
import type { Endpoint } from './endpoint.ts';
import { createInFlightCount } from './in-flight-count.ts';

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
  checkOptions('options', options, 'an object with runs', NAMES);
  checkRuns(options);
  const { runs, cordonToken, onError, onEvent } = options;
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
  checkCordon('runs.cordon', runs.cordon);
  const authorize = readAuthorize('cordonToken', cordonToken);
  return [...count, createDeployCordon({ cordon: runs.cordon, authorize, onError, onEvent }, clock)];
}

function checkRuns({ runs, onEvent }: ServeRunsOptions): void {
  checkKind('runs', runs, isRuns, 'an object with list, subscribe, cordon and closing, as createRuns makes');
  checkSignal('runs.closing', runs.closing);
  if (onEvent !== undefined) checkFunction('onEvent', onEvent);
}

function isRuns(value: unknown): boolean {
  const { list, subscribe, cordon, closing } = Object(value) as Partial<Runs>;
  return [list, subscribe].every((each) => typeof each === 'function') && Boolean(cordon) && Boolean(closing);
}
