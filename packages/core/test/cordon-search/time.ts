import type { CordonLimits, CordonHistory } from '../../src/cordon/cordon-rules.ts';
import { type Scenario, TICK_MS } from './scenario.ts';
import { type Deploy, type Site, troubled, type World } from './world.ts';

/** Whether something happens before time passes: a pause or a request is over, or a run ends. */
export function isDue({ deploys, runs, troubles }: World, { delays }: Scenario): boolean {
  return (
    runs.running.some((endsBy) => endsBy <= 0) ||
    deploys.some((deploy) => {
      if (deploy.phase === 'pausing') return deploy.wakesAt <= 0;
      return deploy.phase === 'asking' && (deploy.overAt <= 0 || troubles.delays >= delays);
    })
  );
}

/** The same world, a tick later. */
export function afterTick(before: World, { cordonLimits, delays }: Scenario): World {
  const isDelay = delays < Infinity && before.deploys.some(({ phase }) => phase === 'asking');
  const world = isDelay ? troubled(before, 'delays') : before;
  return { ...world, ...siteAfterTick(world, cordonLimits), deploys: world.deploys.map(deployAfterTick) };
}

/** The same server and runs, a tick later. */
export function siteAfterTick({ server, runs }: Site, limits: CordonLimits): Site {
  return {
    server: {
      ...server,
      cordon: cordonAfterTick(server.cordon, limits),
      askedUntil: later(server.askedUntil),
    },
    runs: { ...runs, running: runs.running.map((endsBy) => endsBy - TICK_MS) },
  };
}

function deployAfterTick(deploy: Deploy): Deploy {
  switch (deploy.phase) {
    case 'asking':
      return { ...deploy, startedAt: deploy.startedAt - TICK_MS, overAt: deploy.overAt - TICK_MS };
    case 'pausing':
      return { ...deploy, startedAt: deploy.startedAt - TICK_MS, wakesAt: deploy.wakesAt - TICK_MS };
    case 'ended':
      return { ...deploy, cordonedUntil: later(deploy.cordonedUntil) };
    case 'ahead':
    case 'rolled':
      return deploy;
  }
}

/** No rule looks further back than this, so nothing is kept apart that differs only there. */
function cordonAfterTick(
  { leases, upSince, upUntil, lifted }: CordonHistory,
  { maxUpMs, restMs }: CordonLimits,
): CordonHistory {
  return {
    leases: leases.map((lease) => ({ ...lease, endsAt: later(lease.endsAt) })),
    upSince: later(upSince, -maxUpMs),
    upUntil: later(upUntil, -restMs),
    lifted: lifted.map(({ id, at }) => ({ id, at: later(at, -maxUpMs) })),
  };
}

function later(time: number, earliest = 0): number {
  return Math.max(earliest, time - TICK_MS);
}
