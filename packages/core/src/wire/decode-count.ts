import type { InFlightCount } from '../deployment.ts';
import { jsonFields } from './json-fields.ts';
import { parseInFlightCount } from './parse-in-flight-count.ts';
import { withoutUrlSecrets } from './without-url-secrets.ts';

const EXCERPT_LENGTH = 60;

/** A zero as JSON may write it. */
const ZERO = /^-?0(?:\.0+)?(?:e[+-]?\d+)?$/i;

/**
 * Reads the bytes of the endpoint's answer.
 *
 * @throws TypeError that says why they are not an in-flight count
 */
export function decodeCount(bytes: Uint8Array): InFlightCount {
  const text = decodeUtf8(bytes);
  const inFlight = parseInFlightCount(parseJson(text));
  if (inFlight.count === 0) checkZero(text);
  return inFlight;
}

/** JSON rounds `1e-400` to zero, and of a field that stands twice it keeps the last: only a plain zero is one. */
function checkZero(text: string): void {
  const fields = jsonFields(text);
  for (const once of ['count', 'ids']) {
    if (fields.filter(({ name }) => name === once).length > 1) {
      throw new TypeError(`${once} must stand once, got it twice`);
    }
  }
  if (fields.some(({ name, value }) => name === 'count' && !ZERO.test(value))) {
    throw new TypeError('count must be an integer of 0 or more, got a fraction');
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TypeError('the body is not UTF-8');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (text === '') throw new TypeError('the body is empty');
    const shown = withoutUrlSecrets(text);
    const excerpt = shown.length > EXCERPT_LENGTH ? `${shown.slice(0, EXCERPT_LENGTH)}…` : shown;
    throw new TypeError(`the body is not JSON: ${JSON.stringify(excerpt)}`);
  }
}
