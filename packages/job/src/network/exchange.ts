import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { type Connecting, connectingTo } from './connecting.ts';
import { hostOf } from './host-of.ts';
import { NetworkError, type Place, TUNNEL_REFUSED } from './network-error.ts';
import { type NetworkResponse, toFetchResponse } from './network-response.ts';
import { openRequest } from './open-request.ts';
import type { Phase } from './phase.ts';
import { type Proxy, proxyFor } from './proxy-for.ts';
import { INVALID_REDIRECT, MAX_REDIRECTS, type NetworkRequest, redirectedRequest } from './redirect.ts';
import type { TunnelReply } from './tunnel.ts';

export interface ExchangeOptions {
  readonly request: NetworkRequest;
  readonly followRedirects: boolean;
  /** Within which the response is expected: no address of a host may take all of it. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** The addresses that a connection was made to. Grows. */
  readonly reached: Set<string | undefined>;
  readonly onPhase: (phase: Phase) => void;
  readonly onFailure: (error: NetworkError) => void;
}

/** Where a request is before it is known whether a proxy is in the way. */
const startOf = ({ host }: URL): Place => ({ peer: host, phase: 'resolving' });

/**
 * A request, those that its redirects lead to, and the body of the last response. All of its connections are closed when
 * the body has been read or cancelled, when it fails and when the signal aborts, whichever comes first.
 */
export class Exchange {
  readonly response: Promise<NetworkResponse>;
  readonly #options: ExchangeOptions;
  readonly #deadline: number;
  readonly #ending = new AbortController();
  readonly #open = new Set<ClientRequest | Socket>();
  #settle: (response: NetworkResponse) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;
  #place: Place;

  constructor(options: ExchangeOptions) {
    const { request, timeoutMs, signal } = options;
    this.#options = options;
    this.#place = startOf(request.url);
    this.#deadline = performance.now() + timeoutMs;
    this.response = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = (error) => {
        if (this.#ending.signal.aborted) return; // what is closed at the end fails once more
        this.#end();
        reject(this.#toError(error));
      };
      signal?.addEventListener('abort', this.#fail);
      if (signal?.aborted === true) this.#fail(signal.reason);
      else this.#send(request, 0).catch(this.#fail);
    });
  }

  /** @param redirects how many have led to this request */
  async #send(request: NetworkRequest, redirects: number): Promise<void> {
    const { url } = request;
    const proxy = proxyFor(url, this.#options.env);
    const end = proxy?.url ?? url;
    this.#place = {
      ...this.#place,
      peer: end.host,
      proxy: proxy && { variable: proxy.name, isPeer: true },
    };
    this.#enter('resolving');
    const msLeft = () => this.#deadline - performance.now();
    const connecting = await connectingTo(hostOf(end), msLeft, this.#options.reached);
    const needsTunnel = proxy !== undefined && url.protocol === 'https:';
    const tunnel = needsTunnel ? await this.#tunnelTo(url, proxy, connecting) : undefined;
    if (this.#ending.signal.aborted) return;
    this.#enter('connecting');
    const opened = openRequest(request, { proxy, tunnel, connecting });
    this.#watch(opened, end.protocol === 'https:' ? 'securing' : 'waiting');
    opened.once('response', (response) => {
      try {
        this.#receive(response, request, redirects);
      } catch (error) {
        this.#fail(error);
      }
    });
    opened.end();
  }

  #receive(response: IncomingMessage, request: NetworkRequest, redirects: number): void {
    const { statusCode, headers } = response;
    const next = this.#options.followRedirects
      ? redirectedRequest(request, statusCode, headers.location)
      : undefined;
    if (next === undefined) {
      this.#settle(this.#toResponse(response, request.url, redirects > 0));
      return;
    }
    this.#close();
    if (redirects === MAX_REDIRECTS) {
      throw Object.assign(new Error('redirects too often'), { code: INVALID_REDIRECT });
    }
    this.#place = { ...startOf(next.url), redirectedTo: next.url.origin + next.url.pathname };
    this.#send(next, redirects + 1).catch(this.#fail);
  }

  async #tunnelTo(url: URL, proxy: Proxy, connecting: Connecting): Promise<RequestOptions> {
    const { tunnelTo } = await import('./tunnel.ts'); // only when it is needed: it takes a while to load
    const onReply = ({ statusCode, statusText }: TunnelReply) => {
      if (statusCode === 200) {
        this.#place = { ...this.#place, peer: url.host, proxy: { variable: proxy.name, isPeer: false } };
        this.#enter('securing');
      } else {
        const message = `refused to connect to ${url.host}: ${statusCode} ${statusText}`;
        const credentialsIn = statusCode === 407 ? proxy.name : undefined;
        this.#fail(Object.assign(new Error(message), { code: TUNNEL_REFUSED, credentialsIn }));
      }
    };
    return tunnelTo(url, proxy, { connecting, signal: this.#ending.signal, onReply });
  }

  /** @param connected what a request does once its first connection is made */
  #watch(request: ClientRequest, connected: Phase): void {
    let answer: IncomingMessage | undefined;
    this.#open.add(request);
    // One that was redirected is closed, and may fail nevertheless: the rest of its response may be broken. So may what comes
    // after a response that is whole.
    request.on('error', (error) => {
      if (this.#open.has(request) && answer?.complete !== true) this.#fail(error);
    });
    request.once('socket', (socket) => {
      this.#open.add(socket);
      socket.once('connect', () => {
        this.#options.reached.add(socket.remoteAddress);
        this.#enter(connected);
      });
      socket.once('secureConnect', () => {
        this.#enter('waiting');
      });
    });
    request.once('proxy', ({ socket }: { socket: Socket }) => {
      this.#options.reached.add(socket.remoteAddress);
    });
    request.once('response', (response) => {
      answer = response;
      this.#enter('reading');
    });
    request.once('close', () => {
      // A connection that turns into something else, for one, ends without an error.
      if (answer === undefined) this.#fail(Object.assign(new Error(), { code: 'ECONNRESET' }));
    });
  }

  #enter(phase: Phase): void {
    this.#place = { ...this.#place, phase };
    this.#options.onPhase(phase);
  }

  #toResponse(response: IncomingMessage, url: URL, redirected: boolean): NetworkResponse {
    return toFetchResponse(response, {
      url,
      redirected,
      onEnd: () => {
        this.#end();
      },
      toError: (error) => this.#toError(error),
    });
  }

  #end(): void {
    this.#options.signal?.removeEventListener('abort', this.#fail);
    this.#ending.abort();
    this.#close();
  }

  #close(): void {
    for (const each of this.#open) each.destroy();
    this.#open.clear();
  }

  /** The signal's reason, where it has aborted; otherwise what went wrong, and where. */
  #toError(error: unknown): unknown {
    const { signal, onFailure } = this.#options;
    if (signal?.aborted === true) return signal.reason;
    const failure = new NetworkError(error, this.#place);
    onFailure(failure);
    return failure;
  }
}
