import { describeJson } from './describe-json.ts';

/** How a cordon stands, as its endpoint says it. */
export interface WireCordon {
  /** Until it comes down, in whole seconds; 0 when it is down. */
  readonly seconds: number;
  /** Whose leases last. */
  readonly holders: readonly string[];
}

/**
 * Reads the answer to a `GET` of the cordon, already decoded from JSON: `{ seconds, holders }`. Other fields are dropped.
 *
 * @throws TypeError that says what was found and what was expected, and repeats no text of the answer
 */
export function parseCordonStatus(body: unknown): WireCordon {
  const { seconds, holders } = Object(body) as { seconds?: unknown; holders?: unknown };
  if (!Number.isInteger(seconds) || Number(seconds) < 0) {
    throw new TypeError(`seconds must be an integer of 0 or more, got ${describeJson(seconds)}`);
  }
  if (!isTexts(holders)) {
    throw new TypeError(`holders must be an array of strings, got ${describeJson(holders)}`);
  }
  return { seconds: Number(seconds), holders };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
