import type { InFlightCount } from '../deployment.ts';
import { parseInFlightCount } from '../wire/parse-in-flight-count.ts';
import { withoutUrlSecrets } from './error-message.ts';

const EXCERPT_LENGTH = 60;

/**
 * Reads the bytes of the endpoint's answer.
 *
 * @throws TypeError that says why they are not an in-flight count
 */
export function decodeBody(bytes: Uint8Array): InFlightCount {
  return parseInFlightCount(parseJson(decodeUtf8(bytes)));
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
