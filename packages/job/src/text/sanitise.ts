/**
 * Controls (C0, DEL, C1), invisible and direction-changing characters, separators of lines and paragraphs, lone
 * surrogates, private and unassigned code points: whatever can move the cursor, end a line or hide text.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;

const ELLIPSIS = '…';

/**
 * Makes any text safe as one line of a log, or as a part of one. Unsafe characters become visible, as `\u{1b}`;
 * CI runners cannot treat the line as a command (`::error::` at its start, `##[error]` anywhere).
 *
 * @param maxLength the most UTF-16 code units of the result; what is over is cut off and marked with `…`
 */
export function sanitise(text: string, maxLength = 200): string {
  const visible = text
    .replace(/^\p{Zs}+/u, '')
    .replace(UNSAFE, escapeCharacter)
    .replace(/#(?=#)/g, '# ')
    .replace(/^::/, ': :');
  return truncate(visible, maxLength);
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // Half of a surrogate pair is no character.
  return text.slice(0, maxLength - ELLIPSIS.length).replace(/[\ud800-\udbff]$/, '') + ELLIPSIS;
}
