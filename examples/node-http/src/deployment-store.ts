import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeploymentRecord } from './deployment-record.ts';
import { formatDeploymentRecord, ID_PATTERN, parseDeploymentRecord } from './deployment-record.ts';
import { temporaryName, writeDurably } from './durable-file.ts';

export type { DeploymentRecord } from './deployment-record.ts';

/** Deployments in a directory, one JSON file each, named `<id>.json`. */
export interface DeploymentStore {
  /** All records as they are on disk now, in the order of their ids. What is not a record is left out, with a warning. */
  list(): Promise<DeploymentRecord[]>;
  /** One record; `undefined` when there is none of that id, or what is there is not a record. */
  get(id: string): Promise<DeploymentRecord | undefined>;
  /** Writes a new record under a new id, never over anything that is there already. */
  create(make: (id: string) => DeploymentRecord): Promise<DeploymentRecord>;
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

/** Options of `createDeploymentStore`. */
export interface DeploymentStoreOptions {
  /** Told of each file that is not a record, once for each version of that file. @default console.warn */
  readonly warn?: (message: string) => void;
  /** Makes the ids of new records. @default 16 random hexadecimal digits */
  readonly newId?: () => string;
}

/** A file that cannot be a record, and why; not an error of the disk, which must never pass for an empty answer. */
class NotARecord extends Error {}

const MAX_RECORD_BYTES = 4 * 1024 * 1024;

/** Opens the store in a directory that exists. It reads and writes only when asked, and keeps nothing in memory. */
export function createDeploymentStore(
  directory: string,
  { warn = console.warn, newId = () => randomBytes(8).toString('hex') }: DeploymentStoreOptions = {},
): DeploymentStore {
  /** Temporary files of this process: not there to be warned about. */
  const writing = new Set<string>();
  /** Versions of files that have been warned about, by name. */
  const warned = new Map<string, string>();

  const warnOnce = (name: string, stats: BigIntStats, problem: string) => {
    const version = `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
    if (warned.get(name) === version) return;
    warned.set(name, version);
    warn(`skipped ${problem}`);
  };

  /** The record in a file, or `undefined` when the file is gone. */
  const read = async (name: string): Promise<DeploymentRecord | undefined> => {
    const path = join(directory, name);
    const stats = await orGone(lstat(path, { bigint: true }));
    if (stats === undefined) return undefined;
    try {
      const id = idOf(name);
      if (!stats.isFile()) throw new NotARecord('it is not a regular file');
      if (stats.size > MAX_RECORD_BYTES) throw new NotARecord(`it is over ${MAX_RECORD_BYTES} bytes long`);
      const bytes = await orGone(readFile(path));
      return bytes && parseRecord(bytes, id);
    } catch (error) {
      if (!(error instanceof NotARecord)) throw error;
      const problem = `${JSON.stringify(path)}: ${error.message}`;
      warnOnce(name, stats, problem);
      throw new NotARecord(problem);
    }
  };

  const readOrSkip = async (name: string): Promise<DeploymentRecord | undefined> => {
    try {
      return await read(name);
    } catch (error) {
      if (error instanceof NotARecord) return undefined;
      throw error;
    }
  };

  const write = async (record: DeploymentRecord, place: 'create' | 'replace') => {
    const name = fileOf(record.id);
    const temporary = temporaryName(name);
    writing.add(temporary);
    try {
      await writeDurably(directory, name, temporary, formatDeploymentRecord(record), place);
    } finally {
      writing.delete(temporary);
    }
  };

  return {
    async list() {
      const records: DeploymentRecord[] = [];
      for (const name of (await readdir(directory)).sort()) {
        // Its own temporary files are gone from the disk by the time that they are gone from the set.
        const record = writing.has(name) ? undefined : await readOrSkip(name);
        if (record !== undefined) records.push(record);
      }
      return records;
    },

    async get(id) {
      return ID_PATTERN.test(id) ? readOrSkip(fileOf(id)) : undefined;
    },

    async create(make) {
      for (;;) {
        const record = make(newId());
        try {
          await write(record, 'create');
          return record;
        } catch (error) {
          if (!hasCode(error, 'EEXIST')) throw error;
        }
      }
    },

    async update(id, change) {
      const record = await read(fileOf(id));
      if (record === undefined) throw new Error(`there is no deployment ${id}`);
      const changed = change(record);
      if (changed === undefined) return record;
      await write(changed, 'replace');
      return changed;
    },
  };
}

function fileOf(id: string): string {
  if (!ID_PATTERN.test(id)) throw new RangeError(`${JSON.stringify(id)} is not the id of a deployment`);
  return `${id}.json`;
}

function idOf(name: string): string {
  const id = name.endsWith('.json') ? name.slice(0, -'.json'.length) : '';
  if (!ID_PATTERN.test(id)) throw new NotARecord('its name is not that of a record, <id>.json');
  return id;
}

function parseRecord(bytes: Uint8Array, id: string): DeploymentRecord {
  try {
    return parseDeploymentRecord(bytes, id);
  } catch (error) {
    throw new NotARecord(error instanceof Error ? error.message : String(error));
  }
}

/** A file may go away between its listing and its reading. */
async function orGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
