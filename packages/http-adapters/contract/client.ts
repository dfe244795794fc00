import { setMaxListeners } from 'node:events';
import { Agent, type ClientRequest, request as httpRequest } from 'node:http';
import { type ClientHttp2Stream, connect } from 'node:http2';

/** What is asked; a GET without a body unless told otherwise. */
export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Leaves without waiting for the answer when it aborts. */
  readonly signal?: AbortSignal;
}

/** What came back, as it was on the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export type Ask = (path: string, question?: Question) => Promise<Reply>;

interface Client {
  /** Asks each question on a connection of its own, but for HTTP/2. */
  readonly ask: Ask;
  /** Asks one question after the other, all on one connection: cheaper where there are many. */
  readonly askInTurn: Ask;
  close(): void;
}

export function http1Client(port: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const askBy =
    (agent: Agent | false): Ask =>
    (path, { method = 'GET', headers = {}, body, signal } = {}) =>
      new Promise((resolve, reject) => {
        if (signal) setMaxListeners(0, signal); // one for each of many requests
        const options = { host: '127.0.0.1', port, path, method, headers, agent, signal };
        const isChunked = body !== undefined && !('Content-Length' in headers);
        const request: ClientRequest = httpRequest(options as object, (response) => {
          collect(response, (text) => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
          });
          response.on('error', reject);
        });
        request.on('error', reject);
        // For some methods Node would send a body without saying where it ends.
        if (isChunked) request.setHeader('Transfer-Encoding', 'chunked');
        request.end(body);
      });
  return {
    ask: askBy(false),
    askInTurn: askBy(agent),
    close: () => {
      agent.destroy();
    },
  };
}

export function http2Client(port: number): Client {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined); // each question's stream tells it as well
  const ask: Ask = (path, { method = 'GET', headers = {}, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal) setMaxListeners(0, signal);
      const head = { ...headers, ':method': method, ':path': path };
      const options = { endStream: body === undefined, ...(signal && { signal }) };
      const stream: ClientHttp2Stream = session.request(head, options);
      stream.on('response', ({ ':status': status = 0, ...received }) => {
        collect(stream, (text) => {
          resolve({ status, headers: received, body: text });
        });
      });
      stream.on('error', reject);
      if (body !== undefined) stream.end(body);
    });
  return {
    ask,
    askInTurn: ask,
    close: () => {
      session.destroy();
    },
  };
}

function collect(stream: NodeJS.ReadableStream, done: (text: string) => void): void {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => (text += chunk));
  stream.on('end', () => {
    done(text);
  });
}
