import { createInFlightIndex, createRuns, type Deployment, IN_FLIGHT_STATUSES } from '@quietgate/core';
import type { AnswerByHand, Framework, Store } from './frameworks.ts';

/** What an endpoint may stand on, and what a route by hand may return instead. */
export const KINDS = ['list', 'index', 'runs', 'constant', 'naive'] as const;

export type Kind = (typeof KINDS)[number];

/** A store with a long history: ten deployments have a status that blocks, and two of those are adopted. */
function makeDeployments(count: number): Deployment[] {
  const over = ['ready', 'failed', 'wiped', 'phase1-watching'];
  return Array.from({ length: count }, (_, index) => ({
    id: ((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(16, '0'),
    status: index % (count / 10) === 0 ? 'tofu-applying' : (over[index % over.length] ?? 'ready'),
    adoptedAt: index % 7 === 6 ? '2026-05-17T09:00:00Z' : null,
  }));
}

/** A server of one kind, which reports each listing to `onListing`. */
export function makeServer(framework: Framework, kind: Kind, records: number, onListing: () => void) {
  const deployments = makeDeployments(records);
  switch (kind) {
    case 'list':
      return framework.adapter(counted({ listDeployments: () => deployments }, onListing));
    case 'index':
      return framework.adapter(counted(indexed(deployments), onListing));
    case 'runs': {
      const runs = createRuns();
      for (const { id } of deployments.filter(isInFlight)) runs.begin(id);
      return framework.runs(runs);
    }
    case 'constant': {
      const answer = filterByHand(deployments);
      return framework.byHand(() => answer);
    }
    case 'naive':
      return framework.byHand(() => {
        onListing();
        return filterByHand(deployments);
      });
  }
}

function indexed(deployments: readonly Deployment[]): Store {
  const index = createInFlightIndex();
  for (const deployment of deployments) index.set(deployment);
  return { listDeployments: () => index, subscribe: index.subscribe };
}

function counted({ listDeployments, ...store }: Store, onListing: () => void): Store {
  return {
    ...store,
    listDeployments: () => {
      onListing();
      return listDeployments();
    },
  };
}

/** What a route by hand would do: filter the list. */
function filterByHand(deployments: readonly Deployment[]): AnswerByHand {
  const ids = deployments.filter(isInFlight).map(({ id }) => id);
  const body = JSON.stringify({ count: ids.length, ids: ids.sort() });
  return {
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'Content-Length': String(Buffer.byteLength(body)),
    },
    body,
  };
}

function isInFlight({ status, adoptedAt }: Deployment): boolean {
  return IN_FLIGHT_STATUSES.includes(status) && !adoptedAt;
}
