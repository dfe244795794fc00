const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const NOT_IN_A_VALUE = /[\r\n\u0100-\uffff]/;

/**
 * `Headers`, as far as the bundles use it: a list of pairs, to be asked by name. It stands there for Node's own, which
 * comes with the whole of Node's fetch and takes longer to load than everything else that a green light needs.
 */
export class PlainHeaders {
  readonly #values = new Map<string, string>();

  constructor(pairs: Iterable<readonly [name: string, value: string]> = []) {
    for (const [name, value] of pairs) this.append(name, value);
  }

  /** @throws TypeError when it is no header */
  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${trim(value)}`);
  }

  /** @throws TypeError when it is no header */
  set(name: string, value: string): void {
    const trimmed = trim(value);
    const isHeader = NAME.test(name) && !NOT_IN_A_VALUE.test(trimmed) && !trimmed.includes('\0');
    if (!isHeader) throw new TypeError('that is no name and value of a header');
    this.#values.set(name.toLowerCase(), trimmed);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  *[Symbol.iterator](): Iterator<[name: string, value: string]> {
    yield* [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** Without the white space around it, as HTTP has it. */
function trim(value: string): string {
  return value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
}
