import type { InFlightCount } from '@quietgate/core';
import { sanitise } from '../text/sanitise.ts';

const MAX_IDS_SHOWN = 5;
const MAX_ID_LENGTH = 64;

/** "2 in flight: a, b", on one line whatever the ids are: the first few in code-unit order, in whatever order they came. */
export function describeCount({ count, ids }: InFlightCount): string {
  if (count === 0) return 'nothing in flight';
  const shown = smallest(ids, MAX_IDS_SHOWN).map((id) => sanitise(id, MAX_ID_LENGTH) || '(blank)');
  if (shown.length === 0) return `${count} in flight`;
  const more = count - shown.length;
  return `${count} in flight: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The first few of what would be the sorted list, without sorting what may be a quarter of a million. */
function smallest(ids: readonly string[], most: number): readonly string[] {
  let kept: readonly string[] = [];
  for (const id of ids) {
    const largest = kept[most - 1];
    if (largest === undefined || id < largest) kept = [...kept, id].sort().slice(0, most);
  }
  return kept;
}
