import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/* What a backend has of its own: numeric ids, inserts that take their time, and work that a restart destroys. */
const finishers = new Map<number, () => void>();
const INSERT_MS = 100;
let lastId = 0;

export function nextJobId(): number {
  return ++lastId;
}

/** Inserts a job and works on it, until somebody finishes it. */
export function startJob(id: number): { inserted: Promise<void>; done: Promise<void> } {
  const inserted = sleep(INSERT_MS);
  const done = inserted.then(() => new Promise<void>((resolve) => finishers.set(id, resolve)));
  return { inserted, done };
}

export function finishJob(id: number): void {
  finishers.get(id)?.();
}

export function sayWhere(server: Server): void {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
