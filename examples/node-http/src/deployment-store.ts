import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { DeploymentRecord } from './deployment-record.ts';
import { formatDeploymentRecord, ID_PATTERN, parseDeploymentRecord } from './deployment-record.ts';

export type { DeploymentRecord } from './deployment-record.ts';

/** Deployments in a directory, one JSON file each, named `<id>.json`. */
export interface DeploymentStore {
  /** All records as they are on disk now, in the order of their ids. What is not a record is left out, with a warning. */
  list(): Promise<DeploymentRecord[]>;
  /** One record; `undefined` when there is none of that id, or what is there is not a record. */
  get(id: string): Promise<DeploymentRecord | undefined>;
  /** Writes a new record. */
  create(record: DeploymentRecord): Promise<void>;
  /**
   * Rewrites a record from what is on disk now, fields that nobody here knows included. When `change` returns
   * `undefined` it stays as it is.
   *
   * @returns the record as it is then
   * @throws Error when there is no record of that id, and leaves alone what is there instead
   */
  update(
    id: string,
    change: (record: DeploymentRecord) => DeploymentRecord | undefined,
  ): Promise<DeploymentRecord>;
}

/**
 * Opens the store in a directory that exists. It reads and writes only when asked, and keeps nothing in memory.
 *
 * @param warn told of each file that is not a record, once for each thing that is wrong with it
 */
export function createDeploymentStore(directory: string, warn: (message: string) => void): DeploymentStore {
  const warned = new Set<string>();
  const pathOf = (id: string) => join(directory, `${id}.json`);

  const read = async (id: string): Promise<DeploymentRecord> =>
    parseDeploymentRecord(await readFile(pathOf(id)), id);

  const write = (record: DeploymentRecord) =>
    writeFileAtomic(pathOf(record.id), formatDeploymentRecord(record));

  const get = async (id: string) => {
    if (!ID_PATTERN.test(id)) return undefined;
    try {
      return await read(id);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      if (!(error instanceof TypeError)) throw error;
      const message = `skipped ${JSON.stringify(pathOf(id))}: ${error.message}`;
      if (!warned.has(message)) warn(message);
      warned.add(message);
      return undefined;
    }
  };

  return {
    get,
    create: write,

    async list() {
      const names = (await readdir(directory)).filter((name) => name.endsWith('.json')).sort();
      const records: DeploymentRecord[] = [];
      for (const name of names) {
        const record = await get(name.slice(0, -'.json'.length));
        if (record !== undefined) records.push(record);
      }
      return records;
    },

    async update(id, change) {
      const record = await read(id);
      const changed = change(record);
      if (changed !== undefined) await write(changed);
      return changed ?? record;
    },
  };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
