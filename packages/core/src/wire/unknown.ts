/** In which a server says how many records nobody can judge: `Quietgate-Unknown: 3`. */
export const UNKNOWN_HEADER = 'Quietgate-Unknown';

/** Reads that number; `undefined` when there is none, or it is none above 0. */
export function parseUnknown(header: string | null): number | undefined {
  return /^\d+$/.test(String(header)) && Number(header) > 0 ? Number(header) : undefined;
}
