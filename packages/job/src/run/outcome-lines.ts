import { stopsDeploy } from '../plan/plan.ts';
import { advise } from '../report/advise.ts';
import { describeCordon } from '../report/describe-cordon.ts';
import { describeJointResult, describeResult, describeUnknown, isGreen } from '../report/describe-result.ts';
import type { Terms } from '../report/terms.ts';
import type { Ended } from './reporter.ts';
import { timeIn } from './time-in.ts';

/** What is said of the end of all gates. */
export interface OutcomeLines {
  /** The outcome, and what comes next. */
  readonly result: string;
  /** What has become of each cordon, what nobody can judge, and what to do. */
  readonly more: readonly string[];
  readonly level: 'green' | 'yellow' | 'red';
}

/** @param terms those of each server, in the order of the ends */
export function outcomeLines(ended: readonly Ended[], terms: readonly [Terms, ...Terms[]]): OutcomeLines {
  const results = ended.map(({ result }) => result);
  const stops = results.some((result) => stopsDeploy(result, terms[0]));
  const then = stops ? 'fail-on stops the deploy' : terms[0].next;
  const level = stops ? 'red' : results.every(isGreen) ? 'green' : 'yellow';
  const each = ended.map((end, server) => linesOf(end, terms[server] ?? terms[0]));
  const [only] = each;
  if (each.length === 1 && only !== undefined) {
    return { result: `${only.result}; ${then}`, more: only.more, level };
  }
  const more = each.flatMap(({ result, more }, server) =>
    [result, ...more].map((line) => `${terms[server]?.name ?? ''}: ${line}`),
  );
  return { result: `${describeJointResult(results)}; ${then}`, more, level };
}

function linesOf({ result, progress }: Ended, terms: Terms): Pick<OutcomeLines, 'result' | 'more'> {
  const isWithout =
    result.outcome === 'quiet' && stopsDeploy(result, terms) ? ', but without the cordon' : '';
  return {
    result: describeResult(result, progress, terms) + isWithout,
    more: [
      describeCordon(result, timeIn) ?? [],
      describeUnknown(result) ?? [],
      advise(result, progress, terms) ?? [],
    ].flat(),
  };
}
