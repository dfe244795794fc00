/** What JSON is made of. */
const TOKEN = /"(?:[^"\\]|\\[^])*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** One field of an object, as it is written. */
export interface JsonField {
  readonly name: string;
  /** The first token of its value: all of it, unless that is an object or an array. */
  readonly value: string;
}

/** The fields of the object that a valid JSON text is, in their order: also those that stand twice. */
export function jsonFields(text: string): readonly JsonField[] {
  const tokens = Array.from(text.matchAll(TOKEN), ([token]) => token);
  const fields: JsonField[] = [];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (token === ':' && depth === 1) {
      const name = JSON.parse(String(tokens[index - 1])) as string;
      fields.push({ name, value: String(tokens[index + 1]) });
    }
  }
  return fields;
}
