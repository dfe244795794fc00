import type { Catalyst } from './catalyst.ts';
import type { DeploymentRecord } from './deployment-record.ts';
import { nameOf } from './deployment-record.ts';

/** Where runs are started and looked at. */
export const DEPLOYMENTS_PATH = '/api/v1/deployments';

/** The longest body of a request that is read, in bytes. */
export const MAX_BODY_BYTES = 16 * 1024;

/** A response as plain data, for any framework to send. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const NAME_PATTERN = /^[a-z][a-z0-9-]{0,30}$/;

/** A request, in a form that each framework can hand over. */
export interface ProvisioningRequest {
  readonly method: string;
  /** The path, a query string included or not. */
  readonly target: string;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The text of the body; `undefined` when it is over `MAX_BODY_BYTES`. */
  readonly body: string | undefined;
}

/**
 * Answers the requests that start provisioning runs and look at them: `POST` and `GET` on `DEPLOYMENTS_PATH`, and
 * `GET` on one deployment below it. Owners, addresses and domains are left out of every answer.
 *
 * @throws RunRefused while no run may start, which Fastify and Hono answer by themselves
 */
export async function answerProvisioning(catalyst: Catalyst, request: ProvisioningRequest): Promise<Reply> {
  const { method, target } = request;
  const path = target.split('?', 1)[0] ?? target;
  if (path === DEPLOYMENTS_PATH) {
    if (method === 'POST') return startRun(catalyst, request);
    if (!isReading(method)) return notAllowed('GET, HEAD, POST');
    return json(200, (await catalyst.list()).map(summaryOf));
  }
  if (!path.startsWith(`${DEPLOYMENTS_PATH}/`)) return json(404, { error: 'not found' });
  if (!isReading(method)) return notAllowed('GET, HEAD');
  const record = await catalyst.get(path.slice(DEPLOYMENTS_PATH.length + 1));
  return record === undefined ? json(404, { error: 'no such deployment' }) : json(200, summaryOf(record));
}

async function startRun(catalyst: Catalyst, { headers, body }: ProvisioningRequest): Promise<Reply> {
  if (isCrossOrigin(headers)) return json(403, { error: 'no page of another site starts runs here' });
  if (body === undefined)
    return json(413, { error: `the body must be at most ${MAX_BODY_BYTES} bytes long` });
  const name = readName(body);
  if (name === undefined) {
    return json(400, {
      error:
        'the body must be JSON like {"name":"t13"}; a name is a lower-case letter, then up to 30 more letters, digits or hyphens',
    });
  }
  const record = await catalyst.start(name);
  return json(202, summaryOf(record), { Location: `${DEPLOYMENTS_PATH}/${record.id}` });
}

/** Browsers say where a request comes from, in `Sec-Fetch-Site`, or, where they are old, in `Origin`; others do not. */
function isCrossOrigin({ 'sec-fetch-site': site, origin, host }: ProvisioningRequest['headers']): boolean {
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return origin !== undefined && origin !== `http://${String(host)}` && origin !== `https://${String(host)}`;
}

function readName(body: string): string | undefined {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return undefined;
  }
  const { name } = Object(content) as { name?: unknown };
  return typeof name === 'string' && NAME_PATTERN.test(name) ? name : undefined;
}

function summaryOf(record: DeploymentRecord) {
  const { id, status, startedAt, finishedAt, adoptedAt, error } = record;
  return { id, name: nameOf(record), status, startedAt, finishedAt, adoptedAt, error };
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function notAllowed(allow: string): Reply {
  return json(405, { error: 'method not allowed' }, { Allow: allow });
}

function json(status: number, content: unknown, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { ...headers, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
    body: JSON.stringify(content) + '\n',
  };
}
