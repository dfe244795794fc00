/** What a reader of a body gets: a chunk, or the end. */
export type Chunk =
  | { readonly done: false; readonly value: Uint8Array<ArrayBuffer> }
  | { readonly done: true; readonly value?: undefined };

const END: Chunk = { done: true, value: undefined };

/**
 * A body as core reads it, and no more of a `ReadableStream`: Node's own takes as long to load as the rest of a request.
 * Chunks are read no faster than they are asked for.
 */
export class NetworkBody {
  readonly #chunks: AsyncIterator<Uint8Array<ArrayBuffer>, void>;
  readonly #onEnd: () => void;
  readonly #toError: (error: unknown) => unknown;
  #end: (end: Chunk) => void = () => undefined;
  readonly #ended = new Promise<Chunk>((resolve) => {
    this.#end = resolve;
  });

  /**
   * @param onEnd called when the body has been read, or will not be
   * @param toError turns an error of the connection into the one that a reader gets
   */
  constructor(
    chunks: AsyncIterator<Uint8Array<ArrayBuffer>, void>,
    onEnd: () => void,
    toError: (error: unknown) => unknown,
  ) {
    this.#chunks = chunks;
    this.#onEnd = onEnd;
    this.#toError = toError;
  }

  getReader(): this {
    return this;
  }

  read(): Promise<Chunk> {
    return Promise.race([this.#ended, this.#next()]);
  }

  /** Ends a read that is pending, too: the chunk that it waits for may never come. */
  cancel(): Promise<void> {
    this.#finish();
    return Promise.resolve();
  }

  async #next(): Promise<Chunk> {
    try {
      const { done, value } = await this.#chunks.next();
      if (done !== true) return { done: false, value };
      this.#finish();
      return END;
    } catch (error) {
      const failure = this.#toError(error);
      this.#onEnd();
      throw failure;
    }
  }

  #finish(): void {
    this.#end(END);
    this.#onEnd();
  }
}
