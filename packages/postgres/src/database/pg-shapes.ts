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
  readonly ending: boolean;
  readonly options: object;
  /** Which class the pool makes its clients of; `pg` does not document it, but takes it as an option. */
  readonly Client: new (options: object) => PgListeningClient;
}

/** What is used of a client that listens. */
export interface PgListeningClient {
  connect(): Promise<unknown>;
  query(text: string): Promise<unknown>;
  end(): Promise<void>;
  unref(): void;
  on(event: 'notification', listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
}
