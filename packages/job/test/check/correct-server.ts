import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { CORDON_PATH, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { listen } from '@quietgate/testkit/endpoint';

export const TOKEN = 'a-token-of-the-server';

/** A request to the small server, as its faults see it. */
export interface SmallRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query as it was sent, with its question mark. */
  readonly search: string;
  readonly headers: IncomingMessage['headers'];
}

export interface SmallResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** For how long the request is kept pending, by the server's clock; for ever, if that is infinite. */
  readonly heldMs?: number;
}

/** What a faulty server makes of a request, or of the right response to it. */
export type Fault = (request: SmallRequest, right: SmallResponse, server: SmallServer) => SmallResponse;

/** The least that keeps to the protocol: a count that stands still, long polls, and a cordon of leases that never end. */
export class SmallServer {
  readonly leases = new Map<string, string>();
  readonly #ids: readonly string[];

  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  respond(request: SmallRequest): SmallResponse {
    if (request.path === IN_FLIGHT_COUNT_PATH) return this.#count(request);
    if (request.path === CORDON_PATH) return this.#cordon(request);
    return { status: 404, body: {} };
  }

  #count({ method, headers }: SmallRequest): SmallResponse {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: { allow: 'GET, HEAD' } };
    const body = { count: this.#ids.length, ids: this.#ids };
    const wait = /^wait=(\d+)$/.exec(String(headers['prefer']))?.[1];
    if (wait === undefined || method === 'HEAD') return { status: 200, body };
    const heldMs = this.#ids.length === 0 ? 0 : Number(wait) * 1000;
    return { status: 200, headers: { 'preference-applied': `wait=${wait}` }, body, heldMs };
  }

  #cordon({ method, query, headers }: SmallRequest): SmallResponse {
    if (headers.authorization !== `Bearer ${TOKEN}`) {
      return { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: { error: 'unauthorized' } };
    }
    const takes: readonly string[] | undefined = {
      GET: [],
      PUT: ['holder', 'seconds', 'lease'],
      DELETE: ['holder'],
    }[method];
    if (takes === undefined) return { status: 405, headers: { allow: 'GET, PUT, DELETE' } };
    const names = [...query.keys()];
    const holder = query.get('holder') ?? '';
    const seconds = query.get('seconds') ?? '';
    const isGood =
      names.every((name) => takes.includes(name)) &&
      new Set(names).size === names.length &&
      (method === 'GET' || /^[\w.:/-]+$/.test(holder)) &&
      (method !== 'PUT' || /^[1-9]\d*$/.test(seconds));
    if (!isGood) return { status: 400, body: { error: `${method} takes ${takes.join(', ')}` } };
    if (method === 'DELETE') return this.#release(holder);
    if (method === 'PUT') return this.raise(holder, Number(seconds));
    return { status: 200, body: this.state() };
  }

  raise(holder: string, seconds: number): SmallResponse {
    const lease = this.leases.get(holder) ?? `lease-of-${holder}`;
    this.leases.set(holder, lease);
    return { status: 200, body: { seconds, lease } };
  }

  state() {
    return { seconds: this.leases.size === 0 ? 0 : 5, holders: [...this.leases.keys()].sort() };
  }

  #release(holder: string): SmallResponse {
    this.leases.delete(holder);
    return { status: 200, body: {} };
  }
}

let heldSoFarMs = 0;

/** The clock of the small servers, which moves on when a request is kept pending, so that nobody really waits. */
export const smallClock = (): number => heldSoFarMs;

/** Starts the server with a fault, or without. */
export async function startSmallServer(
  fault: Fault = (_, right) => right,
  ids: readonly string[] = ['a', 'b'],
): Promise<{ url: string; leases: SmallServer['leases']; requests: SmallRequest[] }> {
  const small = new SmallServer(ids);
  const requests: SmallRequest[] = [];
  const answer = (asked: IncomingMessage, response: ServerResponse) => {
    const url = new URL(asked.url ?? '', 'http://small');
    const { method = '', headers } = asked;
    const { pathname: path, searchParams: query, search } = url;
    const request = { method, path, query, search, headers };
    requests.push(request);
    const { status, body, heldMs = 0, ...more } = fault(request, small.respond(request), small);
    if (heldMs === Infinity) return;
    heldSoFarMs += heldMs;
    response.writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...more.headers,
    });
    response.end(method === 'HEAD' ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  };
  return {
    url: `http://127.0.0.1:${await listen(createServer(answer))}`,
    leases: small.leases,
    requests,
  };
}
