/*
 * What the command line and the action share: everything that a deploy job needs around the gate. They import from here
 * alone; what is not listed is this package's own.
 */
export {
  type Command,
  type Flag,
  FLAGS,
  isTakenBy,
  namesFor,
  type Option,
  VALUE_OPTIONS,
  type ValueOption,
} from './plan/options.ts';
export { makeStatusPlan, makeUncordonPlan, type StatusPlan, type UncordonPlan } from './plan/other-plans.ts';
export { makePlan, NO_SETTINGS, type Plan, resolvePlan, type Settings, stopsDeploy } from './plan/plan.ts';
export { type Setting } from './plan/read-setting.ts';
export { advise } from './report/advise.ts';
export { describeProgress } from './report/describe-progress.ts';
export { describeCordon } from './report/describe-cordon.ts';
export { describeResult, isGreen } from './report/describe-result.ts';
export { liveLine } from './report/live-line.ts';
export { nextProgress, NO_PROGRESS, type Progress } from './report/progress.ts';
export { asciiJson, resultJson } from './report/result-json.ts';
export { type Terms, termsOf } from './report/terms.ts';
export { workflowCommand } from './report/workflow-command.ts';
export { chooseReporter } from './run/choose-reporter.ts';
export { ownFailure } from './run/own-failure.ts';
export { type Reporter } from './run/reporter.ts';
export { onSignals } from './run/on-signals.ts';
export { runGate } from './run/run-gate.ts';
export { runStatus } from './run/run-status.ts';
export { runUncordon } from './run/run-uncordon.ts';
export { timeIn } from './run/time-in.ts';
export { formatDuration } from './text/format-duration.ts';
export { quote } from './text/quote.ts';
export { sanitise } from './text/sanitise.ts';
export { UsageError } from './usage-error.ts';
