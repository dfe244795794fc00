/** What the gate reads of a response. */
export type FetchResponse = Pick<Response, 'status' | 'headers' | 'body' | 'url' | 'redirected'>;

/** `fetch`, as far as the gate uses it. */
export type Fetch = (input: string, init: RequestInit) => Promise<FetchResponse>;

/** Looked up at each request, so that a `fetch` that is replaced later is the one that is used. */
export const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);
