import { createCordon, CORDON_PATH, createRuns, QUIET_PATH, RunRefused } from '@quietgate/core';
import { deployCordon, inFlightCount, serveRuns } from '@quietgate/http-adapters/fetch';

/** What the test sees and steers: plain values, the only thing that requests may share here. */
const store = { began: 0, isHeld: false };

const count = inFlightCount({
  async listDeployments() {
    store.began++;
    while (store.isHeld) await new Promise((resolve) => setTimeout(resolve, 5));
    return [{ id: 'a', status: 'pending' }];
  },
  listTimeoutMs: 60_000,
  quietPath: QUIET_PATH,
  subscribe: () => () => undefined,
});
const cordon = deployCordon({ cordon: createCordon(), authorize: 'a-token-of-the-deploy-job' });

const runs = createRuns();
const answerForRuns = serveRuns({ runs, cordonToken: 'a-token-of-the-deploy-job' });

/** Begins a run for good. */
function begin(): Response {
  try {
    runs.begin('begun');
    return new Response(null, { status: 204 });
  } catch (error) {
    if (error instanceof RunRefused) return error.getResponse();
    throw error;
  }
}

/** Holds the listings, or lets them end; answers how many have begun. */
function steer(path: string): Response {
  if (path !== '/began') store.isHeld = path === '/hold';
  return Response.json(store.began);
}

export default {
  fetch(request: Request): Response | Promise<Response> {
    const { pathname: path, searchParams } = new URL(request.url);
    if (path === '/begin') return begin();
    if (searchParams.has('holder') || searchParams.has('runs')) return answerForRuns(request);
    if (['/hold', '/release', '/began'].includes(path)) return steer(path);
    return path === CORDON_PATH ? cordon(request) : count(request);
  },
};
