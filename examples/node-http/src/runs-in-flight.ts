import { classifyDeployment } from '@quietgate/core';
import type { DeploymentRecord } from './deployment-record.ts';

/** The records that are in flight, as far as it is told of each change. */
export interface RunsInFlight extends Iterable<DeploymentRecord> {
  /** A new record, or a new version of one. */
  set(record: DeploymentRecord): void;
  delete(id: string): void;
  /** Calls back after a record has come to be in flight, or ceased to be; returns what ends that. */
  readonly subscribe: (onChange: () => void) => () => void;
}

/** Keeps what is in flight in memory, for the process that makes every change itself. */
export function createRunsInFlight(): RunsInFlight {
  const records = new Map<string, DeploymentRecord>();
  const listeners = new Set<() => void>();
  const change = (work: () => void) => {
    const before = records.size;
    work();
    if (records.size !== before) for (const listener of listeners) listener();
  };
  const remove = (id: string) => {
    change(() => records.delete(id));
  };
  return {
    set(record) {
      if (classifyDeployment(record) === 'phase-0') change(() => records.set(record.id, record));
      else remove(record.id);
    },
    delete: remove,
    subscribe(onChange) {
      const listener = () => {
        onChange();
      };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.iterator]: () => records.values(),
  };
}
