import { ofServer, type PerServer } from '../plan/per-server.ts';
import { stopsDeploy } from '../plan/plan.ts';
import { advise } from '../report/advise.ts';
import { describeCordon, NOT_UP } from '../report/describe-cordon.ts';
import { describeJointResult, describeResult, describeUnknown, isGreen } from '../report/describe-result.ts';
import { named, type Terms } from '../report/terms.ts';
import type { Ended } from './reporter.ts';
import { timeIn } from './time-in.ts';

/** What is said of the end of all gates. */
export interface OutcomeLines {
  /** The outcome, and what comes next. */
  readonly result: string;
  /** The outcome of each server where there are several, what has become of its cordon, and what nobody can judge. */
  readonly more: readonly string[];
  /** What to do. */
  readonly advice: readonly string[];
  readonly level: 'green' | 'yellow' | 'red';
}

/**
 * @param terms those of each server, in the order of the ends
 * @param isNewsSaid whether every event of a cordon has been written, with its reason
 */
export function outcomeLines(
  ended: readonly Ended[],
  terms: PerServer<Terms>,
  isNewsSaid = false,
): OutcomeLines {
  const results = ended.map(({ result }) => result);
  const stops = results.some((result) => stopsDeploy(result, terms[0]));
  const then = stops ? 'fail-on stops the deploy' : terms[0].next;
  const level = stops ? 'red' : results.every(isGreen) ? 'green' : 'yellow';
  const each = ended.map((end, server) => linesOf(end, ofServer(terms, server), { stops, isNewsSaid }));
  const only = each.length === 1 ? each[0] : undefined;
  if (only !== undefined) return { ...only, result: `${only.result}; ${then}`, level };
  const ofEach = (pick: (lines: ServerLines) => readonly string[]) =>
    each.flatMap((lines, server) => pick(lines).map((line) => named(ofServer(terms, server), line)));
  return {
    result: `${describeJointResult(results)}; ${then}`,
    more: ofEach(({ result, more }) => [result, ...more]),
    advice: ofEach(({ advice }) => advice),
    level,
  };
}

type ServerLines = Omit<OutcomeLines, 'level'>;

/** What is known when the end of one gate is described. */
interface Telling {
  /** Whether the deploy does not go. */
  readonly stops: boolean;
  readonly isNewsSaid: boolean;
}

function linesOf({ result, progress }: Ended, given: Terms, telling: Telling): ServerLines {
  const { reason }: { readonly outcome: string; readonly reason?: string } = result;
  // No proxy has a part in a failure of quietgate itself.
  const terms = reason === 'internal' ? { ...given, httpProxy: undefined } : given;
  const isWithout =
    result.outcome === 'quiet' && stopsDeploy(result, terms) ? ', but without the cordon' : '';
  return {
    result: describeResult(result, progress, terms) + isWithout,
    more: [
      describeOwnCordon({ result, progress }, terms, telling) ?? [],
      describeUnknown(result) ?? [],
    ].flat(),
    advice: [
      advise(result, progress, terms) ?? [],
      (result.cordon?.up === false ? terms.cordonAdvice : undefined) ?? [],
    ].flat(),
  };
}

/** Until when the cordon is up: not where it is released in the next moment, nor where a command decides. */
function describeOwnCordon(
  { result, progress }: Ended,
  terms: Terms,
  { stops, isNewsSaid }: Telling,
): string | undefined {
  const { cordon } = result;
  const { command } = terms;
  if (cordon?.up !== true) {
    return isNewsSaid && progress.cordonNews?.type === 'uncordoned'
      ? NOT_UP
      : describeCordon(result, terms, timeIn);
  }
  if (stops) return undefined;
  if (result.outcome === 'failed-open') {
    return `cordon raised, held by ${cordon.holder}, but the server gives no count: new runs may start`;
  }
  return command === undefined
    ? describeCordon(result, terms, timeIn)
    : `cordon up: new runs are blocked while ${command} runs, held by ${cordon.holder}`;
}
