import { type QuietResult, waitForQuiet, type WaitForQuietOptions } from '@quietgate/core';
import { leasedNetwork } from './lift-lease.ts';

export type Roll<T> = (context: {
  results: readonly QuietResult[];
  signal: AbortSignal;
  keep: () => void;
}) => T | Promise<T>;

/** One gate, and a lease that is released as core's own hold will do it. */
export async function whenQuiet<T>(gates: readonly WaitForQuietOptions[], roll: Roll<T>): Promise<T> {
  const [gate] = gates;
  if (gate?.url === undefined || gate.fetch === undefined || gates.length > 1)
    throw new Error('several servers are not there yet');
  const leased = leasedNetwork(gate.fetch, gate);
  const lift = async () => {
    const event = await leased?.lift();
    const when = { poll: 0, elapsedMs: 0, nextInMs: 0 };
    if (event !== undefined) gate.onEvent?.({ ...event, ...when });
  };
  let isKept = false as boolean;
  let result: QuietResult;
  try {
    result = await waitForQuiet({ ...gate, fetch: leased?.fetch ?? gate.fetch });
  } catch (error) {
    await lift();
    throw error;
  }
  try {
    const keep = () => {
      isKept = true;
    };
    return await roll({ results: [result], signal: new AbortController().signal, keep });
  } finally {
    if (!isKept) await lift();
  }
}
