interface PgQuery {
  readonly text: string;
  readonly values: readonly string[];
  readonly types: { readonly getTypeParser: () => (value: unknown) => unknown };
  readonly rowMode: 'array';
}

/** What is used of a client of `pg`. */
export interface PgClient {
  query(query: string | PgQuery): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  release(destroy?: boolean): void;
}

/** What is used of a `Pool` of `pg`. */
export interface PgPool<Client extends PgClient = PgClient> {
  connect(): Promise<Client>;
  on(event: 'error' | 'remove', listener: () => void): unknown;
  off(event: 'error' | 'remove', listener: () => void): unknown;
  emit(event: 'connect', client: object): unknown;
  readonly ending: boolean;
  readonly options: { readonly onConnect?: (client: object) => unknown };
  /** Which class the pool makes its clients of; `pg` does not document it, but takes it as an option. */
  readonly Client: new (options: object) => PgOwnClient;
}

/** What is used of a client outside the pool. */
export interface PgOwnClient extends Omit<PgClient, 'release'> {
  connect(): Promise<unknown>;
  end(): Promise<void>;
  unref(): void;
  on(event: 'notification', listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
}

/** How long a client outside the pool may take to connect, in milliseconds: a network may hang. */
const CONNECT_MS = 10_000;

/** What of a pool is needed to make a client like its own. */
export interface OwnClientMaker extends Pick<PgPool, 'Client'> {
  readonly options: object;
}

/** Makes a client of the pool's kind that is none of its own. */
export function createOwnClient({ Client, options }: OwnClientMaker): PgOwnClient {
  const copied = Object.getOwnPropertyDescriptors(options); // the password is not enumerable
  return new Client(
    Object.defineProperties({}, { ...copied, connectionTimeoutMillis: { value: CONNECT_MS } }),
  );
}
