import { createCordon, CORDON_PATH, QUIET_PATH } from '@quietgate/core';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/fetch';

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

/** Holds the listings, or lets them end; answers how many have begun. */
function steer(path: string): Response {
  if (path !== '/began') store.isHeld = path === '/hold';
  return Response.json(store.began);
}

export default {
  fetch(request: Request): Response | Promise<Response> {
    const path = new URL(request.url).pathname;
    if (['/hold', '/release', '/began'].includes(path)) return steer(path);
    return path === CORDON_PATH ? cordon(request) : count(request);
  },
};
