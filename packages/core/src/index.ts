export { type Deployment, type DeploymentClass, type InFlightCount } from './deployment.ts';
export { CORDON_PATH, DEFAULT_API_URL, IN_FLIGHT_COUNT_PATH, QUIET_PATH } from './wire/paths.ts';
export { type CordonState, type FailOpenReason, type GateEvent, type QuietResult } from './gate/outcome.ts';
export { classifyDeployment } from './in-flight/classify-deployment.ts';
export { type ClassifiedByStatus } from './in-flight/classified-by-status.ts';
export { countInFlight } from './in-flight/count-in-flight.ts';
export { parseInFlightCount } from './wire/parse-in-flight-count.ts';
export { IN_FLIGHT_STATUSES, type KnownStatus, STATUS_TABLE } from './in-flight/status-table.ts';
export { type Cordon, type Lease, type MemoryCordon } from './cordon/cordon.ts';
export { createCordon, type CreateCordonOptions } from './serve/create-cordon.ts';
export { createDrain, type CreateDrainOptions, type Drain } from './drain/create-drain.ts';
export { type DrainResult } from './drain/until-quiet.ts';
export { createInFlightIndex, type CreateInFlightIndexOptions } from './serve/create-in-flight-index.ts';
export { type InFlightIndex } from './in-flight/in-flight-index.ts';
export {
  type DrainOptions,
  type ListedRun,
  type MemoryRuns,
  type Run,
  type Runs,
  type RunsOptions,
} from './serve/runs.ts';
export { createRuns } from './serve/create-runs.ts';
export { exceptStale, type ExceptStaleOptions } from './serve/except-stale.ts';
export { CordonRefused } from './cordon/cordon-refused.ts';
export { RunRefused, type RunRefusal } from './cordon/run-refused.ts';
export { type Clock, systemClock } from './wait/clock.ts';
export { type Fetch } from './ask/fetch.ts';
export { type Source } from './ask/count-source.ts';
export { type OnUnavailable } from './gate/limits.ts';
export { type AskCordonOptions, type CordonOptions } from './wait/cordon-options.ts';
export { fetchCordon } from './wait/fetch-cordon.ts';
export { fetchInFlightCount } from './wait/fetch-in-flight-count.ts';
export { type WaitForQuietOptions } from './wait/gate-options.ts';
export { type RequestFailed } from './wait/request-failed.ts';
export { type AskOptions } from './wait/request-options.ts';
export { uncordon, type UncordonOptions } from './wait/uncordon.ts';
export { waitForQuiet } from './wait/wait-for-quiet.ts';
export { type Roll, whenQuiet } from './wait/when-quiet.ts';
