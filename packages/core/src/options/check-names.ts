/**
 * Checks that each property of `options` is the name of an option: one that is misspelt would be ignored in silence.
 *
 * @throws TypeError that says which name is none, and which one was probably meant
 */
export function checkNames(options: object, names: readonly string[]): void {
  for (const given of Object.keys(options)) {
    if (names.includes(given)) continue;
    const nearest = nearestName(given, names);
    const meant = nearest === undefined ? `the options are ${names.join(', ')}` : `did you mean ${nearest}?`;
    throw new TypeError(`there is no option ${JSON.stringify(given)}: ${meant}`);
  }
}

/** The name that is most like the one given, unless none is. A name whose words the other begins with counts too. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const wanted = plain(given);
  const beginning = names.find((name) => wanted.length >= 3 && plain(name).startsWith(wanted));
  if (beginning !== undefined) return beginning;
  const [nearest] = names
    .map((name) => ({ name, edits: editDistance(wanted, plain(name)) }))
    .sort((a, b) => a.edits - b.edits);
  return nearest !== undefined && nearest.edits <= Math.max(1, Math.floor(wanted.length / 3))
    ? nearest.name
    : undefined;
}

/** Names as they are compared: `maxWait`, `max-wait` and `MAX_WAIT` are alike. */
function plain(name: string): string {
  return name.slice(0, MAX_COMPARED_LENGTH).toLowerCase().replace(/[-_]/g, '');
}

const MAX_COMPARED_LENGTH = 64;

/** How many characters must be put in, taken out or replaced to get from one text to the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let index = 0; index < from.length; index++) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (from[index] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
