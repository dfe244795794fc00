/** A record of this server's own: its ids are numbers, and its statuses are known to nobody else. */
export interface Cluster {
  readonly id: number;
  readonly name: string;
  readonly status: 'creating' | 'running' | 'broken';
}

/** A name that is taken. */
class NameTaken extends Error {
  readonly status = 409;
  readonly expose = true;
}

/** Stands for a database, which takes its time. */
export interface Clusters {
  readonly insert: (name: string) => Promise<Cluster>;
  readonly setStatus: (id: number, status: Cluster['status']) => Promise<void>;
  readonly list: () => Promise<readonly Cluster[]>;
}

export function createClusters(latencyMs: number): Clusters {
  const rows = new Map<number, Cluster>();
  const answer = () => new Promise<void>((resolve) => setTimeout(resolve, latencyMs));
  return {
    async insert(name) {
      await answer();
      if ([...rows.values()].some((row) => row.name === name)) throw new NameTaken(`${name} is taken`);
      const row: Cluster = { id: rows.size + 1, name, status: 'creating' };
      rows.set(row.id, row);
      return row;
    },
    async setStatus(id, status) {
      await answer();
      const row = rows.get(id);
      if (row) rows.set(id, { ...row, status });
    },
    async list() {
      await answer();
      return [...rows.values()];
    },
  };
}
