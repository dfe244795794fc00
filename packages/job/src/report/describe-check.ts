import { sanitise } from '../text/sanitise.ts';
import { withoutSecrets } from '../text/without-secrets.ts';
import { describeFailure, type Way } from './describe-progress.ts';
import { asciiJson } from './result-json.ts';

interface CheckResult {
  readonly id: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly message: string;
}

const WORDS = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' } as const;

/** One check in a line for people. What came from the network is made safe for a terminal and a log. */
export function describeCheck(check: CheckResult, way: Way): string {
  const { id, outcome, message } = check;
  return `${WORDS[outcome]} ${id}: ${outcome === 'failed' ? describeFailure(check, way) : sanitise(message)}`;
}

/** All checks of a server in JSON, on one line. */
export function checksJson(url: string, checks: readonly CheckResult[]): string {
  const listed = checks.map(({ id, outcome, message }) => ({ id, outcome, message }));
  return asciiJson({ url: withoutSecrets(url), checks: listed });
}
