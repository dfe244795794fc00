import { toMicrosecond } from '@quietgate/core/internal';

const DURATION = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/**
 * Reads a duration such as `20s`, `1500ms`, `1.5m` or `1h30m`, into milliseconds; `undefined` if it is none. A plain
 * number is seconds, as for `sleep` and `timeout`.
 */
export function parseDuration(text: string): number | undefined {
  const parts = DURATION.exec(text);
  if (parts === null || text === '') return parseSeconds(text);
  const [, h = 0, m = 0, s = 0, ms = 0] = parts;
  return toMicrosecond(Number(h) * 3_600_000 + Number(m) * 60_000 + Number(s) * 1000 + Number(ms));
}

/** Reads plain seconds such as `20` or `0.5`, into milliseconds; `undefined` if it is anything else. */
export function parseSeconds(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? toMicrosecond(Number(text) * 1000) : undefined;
}
