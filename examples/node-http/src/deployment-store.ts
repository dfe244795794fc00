import { randomBytes } from 'node:crypto';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeploymentRecord } from './deployment-record.ts';
import { formatDeploymentRecord, ID_PATTERN, parseDeploymentRecord } from './deployment-record.ts';
import { isLeftover, temporaryName, writeDurably } from './durable-file.ts';

export type { DeploymentRecord } from './deployment-record.ts';

/** Deployments in a directory, one JSON file each, named `<id>.json`. */
export interface DeploymentStore {
  /** All records as they are on disk now, in the order of their ids. What is not a record is left out, with a warning. */
  list(): Promise<DeploymentRecord[]>;
  /**
   * The same, of all records or of some, with the ids of files that may be records of runs in flight, but cannot be
   * read: whoever counts must not leave those out.
   */
  scan(ids?: Iterable<string>): Promise<{ records: DeploymentRecord[]; unreadable: string[] }>;
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
  /** Removes what processes that have crashed left half-written. */
  removeLeftovers(): Promise<void>;
}

/** Options of `createDeploymentStore`. */
export interface DeploymentStoreOptions {
  /** Told of each file that is not a record, once for each version of that file. @default console.warn */
  readonly warn?: (message: string) => void;
  /** Makes the ids of new records. @default 16 random hexadecimal digits */
  readonly newId?: () => string;
}

/** A file that cannot be a record, and why. */
class NotARecord extends Error {}

/** A file that may be a record, and why it cannot be read; it must never pass for one that is not there. */
class Unreadable extends Error {}

const MAX_RECORD_BYTES = 4 * 1024 * 1024;

/** As many as the disk is good for: one after the other, 20,000 files take ten times as long. */
const READ_AT_ONCE = 64;

/** Opens the store in a directory that exists. It reads and writes only when asked, and keeps nothing in memory. */
export function createDeploymentStore(
  directory: string,
  { warn = console.warn, newId = () => randomBytes(8).toString('hex') }: DeploymentStoreOptions = {},
): DeploymentStore {
  /** Temporary files of this process: not there to be warned about. */
  const writing = new Set<string>();
  /** Versions of files that have been warned about, by name. */
  const warned = new Map<string, string>();

  /** The record in a file, or `undefined` when the file is gone. */
  const read = async (name: string): Promise<DeploymentRecord | undefined> => {
    const path = join(directory, name);
    const stats = await orGone(lstat(path, { bigint: true }));
    if (stats === undefined) return undefined;
    try {
      const id = idOf(name);
      if (!stats.isFile()) throw new NotARecord('it is not a regular file');
      if (stats.size > MAX_RECORD_BYTES) throw new Unreadable(`it is over ${MAX_RECORD_BYTES} bytes long`);
      const bytes = await orGone(readFile(path)).catch((error: unknown) => {
        throw new Unreadable(String(error));
      });
      return bytes && parseRecord(bytes, id);
    } catch (error) {
      if (!(error instanceof NotARecord || error instanceof Unreadable)) throw error;
      error.message = `${JSON.stringify(path)}: ${error.message}`;
      const version = `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
      if (warned.get(name) !== version) warn(`skipped ${error.message}`);
      warned.set(name, version);
      throw error;
    }
  };

  const scanNames = async (names: readonly string[]) => {
    const records: DeploymentRecord[] = [];
    const unreadable: string[] = [];
    const look = async (name: string) => {
      try {
        return await read(name);
      } catch (error) {
        if (error instanceof Unreadable) unreadable.push(idOf(name));
        else if (!(error instanceof NotARecord)) throw error;
        return undefined;
      }
    };
    for (let begin = 0; begin < names.length; begin += READ_AT_ONCE) {
      const found = await Promise.all(names.slice(begin, begin + READ_AT_ONCE).map(look));
      records.push(...found.filter((record) => record !== undefined));
    }
    return { records, unreadable };
  };

  const scan = async (ids?: Iterable<string>) => {
    if (ids !== undefined) return scanNames(Array.from(ids, fileOf));
    const names = (await readdir(directory)).sort();
    // Its own temporary files are gone from the disk by the time that they are gone from the set.
    return scanNames(names.filter((name) => !writing.has(name)));
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
    scan,
    list: async () => (await scan()).records,

    async get(id) {
      return ID_PATTERN.test(id) ? (await scan([id])).records[0] : undefined;
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

    async removeLeftovers() {
      for (const name of await readdir(directory)) {
        if (isLeftover(name)) await rm(join(directory, name), { force: true });
      }
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
