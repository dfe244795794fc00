import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { wrap } from 'follow-redirects';
import { type Answer, answerOf } from './answer.ts';
import { NetworkError, type Place, TUNNEL_REFUSED } from './network-error.ts';
import { hostOf, openRequest } from './open-request.ts';
import type { Phase } from './phase.ts';
import { type Proxy, proxyFor } from './proxy-for.ts';
import type { tunnelTo } from './tunnel.ts';

/** As many redirects as `fetch` follows. */
const MAX_REDIRECTS = 20;

/** What `fetch` follows. */
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

/** Headers that are for one origin alone, as `fetch` has it. */
const ORIGIN_ONLY: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** One request, as follow-redirects hands it over: the next URL, with what a redirect leaves of method and headers. */
interface Hop {
  readonly href: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ExchangeOptions {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case, `host` aside. */
  readonly headers: Readonly<Record<string, string>>;
  /** What `Host` says instead of the URL's host, to the URL's origin alone. */
  readonly host: string | undefined;
  readonly followRedirects: boolean;
  readonly signal: AbortSignal | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Present when the environment names a proxy. */
  readonly tunnelTo: typeof tunnelTo | undefined;
  readonly onPhase: (phase: Phase) => void;
}

/**
 * A request, those that its redirects lead to, and the body of the last response. Whatever comes of it, all of its
 * connections are closed when the body has been read or cancelled, when it fails and when the signal aborts, whichever
 * comes first.
 */
export class Exchange {
  readonly answer: Promise<Answer>;
  readonly #options: ExchangeOptions;
  readonly #ending = new AbortController();
  readonly #open = new Set<ClientRequest | Socket>();
  #fail: (error: unknown) => void = () => undefined;
  #url: URL;
  #hops = 0;
  /** Whether a redirect has led to another origin, if only for a while. */
  #abroad = false;
  #place: Place = { peer: '', phase: 'resolving' };

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#url = options.url;
    this.answer = new Promise((resolve, reject) => {
      this.#fail = (error) => {
        this.#end();
        reject(this.#toError(error));
      };
      options.signal?.addEventListener('abort', this.#fail);
      try {
        this.#start((response) => {
          resolve(this.#answerOf(response));
        });
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  #start(onResponse: (response: IncomingMessage) => void): void {
    const { url, method, headers, followRedirects, signal } = this.#options;
    signal?.throwIfAborted();
    const scheme = { request: this.#send };
    const { http, https } = wrap({ http: scheme, https: scheme });
    (url.protocol === 'https:' ? https : http)
      .request(
        url,
        { href: url.href, method, headers: { ...headers }, followRedirects, maxRedirects: MAX_REDIRECTS },
        onResponse,
      )
      .on('error', this.#fail)
      .end();
  }

  readonly #send = (hop: Hop, onResponse?: (response: IncomingMessage) => void): ClientRequest => {
    const { env, url: first, followRedirects } = this.#options;
    const url = new URL(hop.href);
    const proxy = proxyFor(url, env);
    const isTunnel = proxy !== undefined && url.protocol === 'https:';
    this.#url = url;
    this.#hops++;
    this.#abroad ||= url.origin !== first.origin;
    const end = proxy?.url ?? url;
    this.#place = {
      peer: end.host,
      proxy: proxy?.name,
      redirectedTo: this.#hops > 1 ? url.origin + url.pathname : undefined,
      phase: this.#place.phase,
    };
    this.#enter(isTunnel || isIP(hostOf(end)) !== 0 ? 'connecting' : 'resolving');
    const tunnel = isTunnel ? this.#tunnelTo(url, proxy) : undefined;
    const headers = this.#headersFor(hop);
    const request = openRequest({ url, method: hop.method, headers, proxy, tunnel });
    this.#watch(request, end.protocol === 'https:');
    request.once('response', (response) => {
      // follow-redirects goes by this header, with any status from 300.
      if (followRedirects && !REDIRECTS.has(response.statusCode)) delete response.headers.location;
      onResponse?.(response);
    });
    return request;
  };

  /** follow-redirects keeps credentials for more than one origin. */
  #headersFor({ headers }: Hop): Hop['headers'] {
    const { host } = this.#options;
    if (!this.#abroad) return host === undefined ? headers : { ...headers, host };
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !ORIGIN_ONLY.has(name)));
  }

  #tunnelTo(url: URL, proxy: Proxy): RequestOptions | undefined {
    return this.#options.tunnelTo?.(url, proxy, {
      signal: this.#ending.signal,
      onReply: ({ statusCode, statusText }) => {
        if (statusCode === 200) {
          this.#place = { ...this.#place, peer: url.host, proxy: undefined };
          this.#enter('securing');
        } else {
          const message = `refused to connect to ${url.host}: ${statusCode} ${statusText}`;
          this.#fail(Object.assign(new Error(message), { code: TUNNEL_REFUSED }));
        }
      },
    });
  }

  #watch(request: ClientRequest, secure: boolean): void {
    let answered = false;
    this.#open.add(request);
    request.once('socket', (socket) => {
      this.#open.add(socket);
      socket.once('lookup', (error: Error | null) => {
        if (error === null) this.#enter('connecting');
      });
      socket.once('connect', () => {
        this.#enter(secure ? 'securing' : 'waiting');
      });
      socket.once('secureConnect', () => {
        this.#enter('waiting');
      });
    });
    request.once('proxy', ({ socket }: { socket: Socket }) => {
      socket.on('error', () => undefined); // the connection inside the tunnel has the same error, and a listener
    });
    request.once('response', () => {
      answered = true;
      this.#enter('reading');
    });
    request.once('close', () => {
      // A connection that turns into something else, for one, ends without an error.
      if (!answered) this.#fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    });
  }

  #enter(phase: Phase): void {
    this.#place = { ...this.#place, phase };
    this.#options.onPhase(phase);
  }

  #answerOf(response: IncomingMessage): Answer {
    return answerOf(response, {
      url: this.#url,
      redirected: this.#hops > 1,
      onEnd: () => {
        this.#end();
      },
      toError: (error) => this.#toError(error),
    });
  }

  #end(): void {
    this.#options.signal?.removeEventListener('abort', this.#fail);
    this.#ending.abort();
    for (const each of this.#open) each.destroy();
  }

  /** Whoever calls it off hears why; everybody else, what went wrong. */
  #toError(error: unknown): unknown {
    const { signal } = this.#options;
    return signal?.aborted === true ? signal.reason : new NetworkError(error, this.#place);
  }
}
