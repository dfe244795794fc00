/**
 * Refuses a listing of which this is not all: a run on the next page would pass for none.
 *
 * @param next - the next page, by its number or by where it begins; nothing where this is the last one
 */
export function refuseNextPage(system: string, next: string | number | null | undefined): void {
  if (next === undefined || next === null || next === '') return;
  throw new Error(`${system} has another page of runs (${next}), in which some may be in flight`);
}
