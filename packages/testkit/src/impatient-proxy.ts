import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listen } from './endpoint.ts';

/** How a proxy ends a request that took too long: an answer of its own, or none. */
export type Cut = (response: ServerResponse) => void;

/** A reverse proxy on loopback that bears no long requests; how long is too long, the test says. */
export interface ImpatientProxy {
  readonly url: string;
  /** Cuts what is under way, as a proxy does at its time limit: towards the server, and towards the client. */
  readonly giveUp: () => void;
}

/** Puts a proxy in front of the server at `port`. Closed when the test ends. */
export async function impatientProxy(port: number, cut: Cut): Promise<ImpatientProxy> {
  const underWay = new Map<ServerResponse, () => void>();
  const forward = ({ method, url, headers }: IncomingMessage, response: ServerResponse) => {
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      underWay.delete(response);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    underWay.set(response, () => {
      onward.destroy();
      cut(response);
    });
    onward.on('error', () => underWay.delete(response)).end();
  };
  return {
    url: `http://127.0.0.1:${await listen(createServer(forward))}`,
    giveUp() {
      for (const end of underWay.values()) end();
      underWay.clear();
    },
  };
}
