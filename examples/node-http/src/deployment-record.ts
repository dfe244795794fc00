import type { Deployment } from '@quietgate/core';

/** A deployment as it stands on disk. Fields beyond these belong to others and are kept as they are. */
export interface DeploymentRecord extends Deployment {
  readonly adoptedAt?: string | null;
  /** What the customer asked for; names, addresses and domains, so nothing of it is for the public. */
  readonly request?: unknown;
  readonly startedAt?: unknown;
  /** `NOT_FINISHED` until the run has ended. */
  readonly finishedAt?: unknown;
  /** When whoever works on the run last showed that it goes on. */
  readonly heartbeatAt?: string | null;
  readonly events?: readonly RunEvent[];
  /** Why the run failed. */
  readonly error?: unknown;
}

/** One line of a run's log. */
export interface RunEvent {
  readonly time?: unknown;
  readonly phase?: unknown;
  readonly level?: unknown;
  readonly message?: unknown;
}

/** The zero time of Go, in which the real catalyst-api is written. */
export const NOT_FINISHED = '0001-01-01T00:00:00Z';

/** What an id may look like: safe as a file name on every system. New ones are 16 hexadecimal digits. */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/**
 * Reads the content of a record's file.
 *
 * @param id the id that the file is named after
 * @throws TypeError that says what is wrong with it
 */
export function parseDeploymentRecord(bytes: Uint8Array, id: string): DeploymentRecord {
  if (bytes.byteLength === 0) throw new TypeError('it is empty');
  const content = parseJson(bytes);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new TypeError('it holds JSON, but not an object');
  }
  const record = content as Partial<Record<keyof DeploymentRecord, unknown>>;
  if (record.id !== id) throw new TypeError('its id is not the one in its file name');
  if (typeof record.status !== 'string') throw new TypeError('its status is not a string');
  if (!isAbsent(record.adoptedAt) && typeof record.adoptedAt !== 'string') {
    throw new TypeError('its adoptedAt is not a string');
  }
  if (!isAbsent(record.events) && !isListOfObjects(record.events)) {
    throw new TypeError('its events are not a list of objects');
  }
  return content as DeploymentRecord;
}

/** The content of a record's file. */
export function formatDeploymentRecord(record: DeploymentRecord): string {
  return JSON.stringify(record, undefined, 2) + '\n';
}

/** What people call the deployment: its subdomain, as in `t13`. */
export function nameOf({ id, request }: DeploymentRecord): string {
  const { sovereignSubdomain } = Object(request) as { sovereignSubdomain?: unknown };
  return typeof sovereignSubdomain === 'string' ? sovereignSubdomain : id;
}

/** How a log names the deployment, as in `t13 65cd3375ad921eaf`. */
export function labelOf(record: DeploymentRecord): string {
  return `${nameOf(record)} ${record.id}`;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message would quote the record.
    throw new TypeError('it is torn, or not JSON');
  }
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
}
