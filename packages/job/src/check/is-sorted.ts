/** Whether texts are in ascending order of code units, as all lists of the protocol. */
export function isSorted(texts: readonly string[]): boolean {
  return texts.every((text, at) => at === 0 || String(texts[at - 1]) <= text);
}
