import { sanitise } from '../text/sanitise.ts';
import { withoutSecrets } from '../text/without-secrets.ts';
import { asciiJson } from './result-json.ts';

interface CheckResult {
  readonly id: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly message: string;
}

const WORDS = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' } as const;

/** One check in a line for people. What came from the network is made safe for a terminal and a log. */
export function describeCheck({ id, outcome, message }: CheckResult): string {
  return `${WORDS[outcome]} ${id}: ${sanitise(message)}`;
}

/** All checks of a server in JSON, on one line. */
export function checksJson(url: string, checks: readonly CheckResult[]): string {
  const listed = checks.map(({ id, outcome, message }) => ({ id, outcome, message }));
  return asciiJson({ url: withoutSecrets(url), checks: listed });
}
