import type { PendingRequest } from '../listing/listings.ts';
import type { Log } from './log.ts';

/**
 * A request as plain data, of no framework. What costs is a function, and not a getter, of which each object would have its
 * own: V8 then makes a hidden class for each, which keeps the request in memory until the next full collection.
 */
export interface EndpointRequest extends PendingRequest {
  readonly method: string;
  /** Reads what stands behind the question mark of its URL, as it came. */
  readonly query: () => string;
  /** The value of its `Prefer` header; several of them are joined by commas. */
  readonly prefer: string | undefined;
  /** The value of its `Authorization` header. */
  readonly authorization: string | undefined;
  /** Where its framework logs; without one the console takes its place. */
  readonly log?: (() => Log) | undefined;
}

/** A response as plain data. */
export interface EndpointResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the server is about to close, and the connection with this response: otherwise the client would go on to use it. */
  readonly isLast?: boolean;
}

/** What a server answers on one path, of no framework. */
export interface Endpoint {
  /** The path that it answers on, exactly; `false` is any path. */
  readonly path: string | false;
  /** The methods that it answers otherwise than with 405. */
  readonly methods: readonly string[];
  /** Its responses to a GET as JSON Schema, by status; without them no OpenAPI shows it. */
  readonly responses?: object;
  /** Answers a request for its path. Never rejects. */
  answer(request: EndpointRequest): Promise<EndpointResponse>;
  /** Answers whoever is held, and holds nobody from then on, since the server is about to close. */
  close?(): void;
}
