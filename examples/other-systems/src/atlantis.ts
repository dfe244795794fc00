import { type InFlightCount, parseInFlightCount } from '@quietgate/core';

/**
 * Gates the restart of Atlantis, which kills each `terraform apply` in it: counts what its `GET /status` calls
 * operations in progress. Atlantis does not say which ones they are, and those that somebody began by its API
 * (`POST /api/plan`, `POST /api/apply`) are not among them.
 *
 * @param url - where Atlantis is, as in `http://atlantis:4141`; a path prefix is kept
 */
export function atlantisSource(
  url: string | URL,
): (context: { signal: AbortSignal }) => Promise<InFlightCount> {
  const status = new URL(url);
  status.pathname = `${status.pathname.replace(/\/$/, '')}/status`;
  return async ({ signal }) => {
    const response = await fetch(status, { signal });
    if (!response.ok) throw new Error(`Atlantis answered ${response.status}`);
    const { in_progress_operations: count } = (await response.json()) as { in_progress_operations?: unknown };
    return parseInFlightCount({ count, ids: [] });
  };
}
