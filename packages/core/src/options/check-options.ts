import { checkKind, isObject } from './check-kind.ts';

/** More of a name would not help to find it. */
const MAX_NAME_LENGTH = 60;

/**
 * Checks an object of options: a misspelt one would be ignored without a word.
 *
 * @param kind what it must be, for the message
 * @param known the names that it may have, one at least
 * @throws TypeError when it is no object, or has a name that is unknown
 */
export function checkOptions(
  name: string,
  options: unknown,
  kind: string,
  known: readonly string[],
): asserts options is object {
  checkKind(name, options, isObject, kind);
  const unknown = Object.keys(Object(options) as object).find((each) => !known.includes(each));
  if (unknown === undefined) return;
  const shown = unknown.slice(0, MAX_NAME_LENGTH);
  throw new TypeError(
    `${JSON.stringify(shown)} is not an option: did you mean ${JSON.stringify(nearestName(shown, known))}?`,
  );
}

/** The name that is most like the one given, in any case. */
export function nearestName(name: string, known: readonly string[]): string {
  const distanceOf = (other: string) => editDistance(name.toLowerCase(), other.toLowerCase());
  return known.reduce((best, each) => (distanceOf(each) < distanceOf(best) ? each : best));
}

/** How many characters have to be put in, taken out or replaced to make one text of another (Levenshtein). */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = at(above, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, at(above, column) + 1, at(current, column - 1) + 1));
    }
    above = current;
  }
  return at(above, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
