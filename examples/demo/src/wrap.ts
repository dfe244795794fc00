/** Breaks lines between words so that none is longer than `columns`, but for a single word that is. */
export function wrap(text: string, columns = 80): string {
  return text.replace(new RegExp(`(.{1,${columns}})(?: +|\\n|$)`, 'g'), '$1\n').trimEnd();
}
