/*
 * What the command line and the action share: everything that a deploy job needs around the gate. They import from here
 * alone; what is not listed is this package's own.
 */
export { checkServer } from './check/check-server.ts';
export { makeCheckPlan, type CheckPlan } from './plan/check-plan.ts';
export { API_URL_VARIABLE, type Command, COMMANDS } from './plan/commands.ts';
export { type IdToken } from './plan/access.ts';
export { makePlan, NO_SETTINGS, type Plan, scriptCommand, stopsDeploy } from './plan/plan.ts';
export { makeStatusPlan, type StatusPlan } from './plan/status-plan.ts';
export { type Setting } from './plan/setting.ts';
export { type Row, rowsFor, type Settings } from './plan/table.ts';
export { makeUncordonPlan, type UncordonPlan } from './plan/uncordon-plan.ts';
export { makeUntilPlan, type UntilPlan } from './plan/until-plan.ts';
export { createNetwork } from './network/create-network.ts';
export { advise } from './report/advise.ts';
export { checksJson, describeCheck } from './report/describe-check.ts';
export { describeProgress } from './report/describe-progress.ts';
export { describeCordon } from './report/describe-cordon.ts';
export { describeBlocked } from './report/roll-lines.ts';
export { describeResult, describeUnknown, isGreen } from './report/describe-result.ts';
export { internalFailure, type JobResult } from './report/job-result.ts';
export { jointOutcome } from './report/joint-outcome.ts';
export { nextProgress, NO_PROGRESS, type Progress } from './report/progress.ts';
export { asciiJson, jointResultJson, resultJson } from './report/result-json.ts';
export { allTermsOf, type Terms, termsOf } from './report/terms.ts';
export { workflowCommand } from './report/workflow-command.ts';
export { chooseReporter } from './run/choose-reporter.ts';
export { type Ended, type Reporter } from './run/reporter.ts';
export { exitWhenWritten, outliveReaders } from './run/output.ts';
export { endBy, endOnSignals, signalStatus, takeSignals } from './run/signals.ts';
export { commandEnvironment, runCommand } from './run/run-command.ts';
export { type ReportedEnd, runGate } from './run/run-gate.ts';
export { outcomeLines } from './run/outcome-lines.ts';
export { runStatus } from './run/run-status.ts';
export { runUncordon } from './run/run-uncordon.ts';
export { runUntil } from './run/run-until.ts';
export { timeIn } from './run/time-in.ts';
export { formatDuration } from './text/format-duration.ts';
export { quote } from './text/quote.ts';
export { sanitise } from './text/sanitise.ts';
export { UsageError } from './usage-error.ts';
