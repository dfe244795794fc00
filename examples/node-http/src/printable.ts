const MAX_LENGTH = 2000;

/**
 * Makes text that may come from a record fit for a log: it stays on its line, moves no cursor, turns nothing around, and
 * does not go on for ever. Letters of any language stay as they are.
 */
export function printable(text: string): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;
  return cut.replace(
    /[^\p{Letter}\p{Mark}\p{Number}\p{Punctuation}\p{Symbol} ]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

/** Makes a log that writes nothing but printable lines. */
export function printing(write: (line: string) => void): (message: string) => void {
  return (message) => {
    write(printable(message));
  };
}
