import { toMicrosecond } from '@quietgate/core/internal';

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/**
 * Reads a duration such as `20s`, `1500ms`, `1.5m` or `1h30m`, into milliseconds; `undefined` if it is none. A plain
 * number is seconds, as for `sleep` and `timeout`.
 */
export function parseDuration(text: string): number | undefined {
  const seconds = parseSeconds(text);
  if (seconds !== undefined) return seconds;
  if (!/^(\d+(\.\d+)?h)?(\d+(\.\d+)?m)?(\d+(\.\d+)?s)?(\d+(\.\d+)?ms)?$/.test(text) || text === '') {
    return undefined;
  }
  const ms = [...text.matchAll(/([\d.]+)([a-z]+)/g)].reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (UNIT_MS.get(unit) ?? Number.NaN),
    0,
  );
  return toMicrosecond(ms);
}

/** Reads plain seconds such as `20` or `0.5`, into milliseconds; `undefined` if it is anything else. */
export function parseSeconds(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? toMicrosecond(Number(text) * 1000) : undefined;
}
