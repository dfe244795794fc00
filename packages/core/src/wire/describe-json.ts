/** What a decoded value is, for a message about the wire format: numbers and booleans in full, no text of others. */
export function describeJson(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
