import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { RunRefused } from '@quietgate/core';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/node';
import type { Catalyst } from './catalyst.ts';
import type { Reply } from './provisioning-api.ts';
import { answerProvisioning, MAX_BODY_BYTES } from './provisioning-api.ts';
import type { Serving } from './run-catalyst.ts';

const INTERNAL_ERROR: Reply = {
  status: 500,
  headers: { 'Content-Type': 'application/json' },
  body: '{"error":"internal error"}\n',
};

/** The server on Node's http alone: the endpoints of deploy jobs in front, everything else behind them. */
export function createApp(
  catalyst: Catalyst,
  { closing, cordonToken }: Partial<Serving> = {},
): RequestListener {
  const countInFlight = inFlightCount({
    ...catalyst.counting,
    signal: closing,
  });
  const cordon =
    cordonToken === undefined ? undefined : deployCordon({ cordon: catalyst.cordon, authorize: cordonToken });
  const answerRest: RequestListener = (request, response) => {
    void answer(catalyst, request).then(
      (reply) => {
        send(response, reply);
      },
      (error: unknown) => {
        send(response, replyTo(error));
      },
    );
  };
  return (request, response) => {
    countInFlight(request, response, () => {
      const rest = () => {
        answerRest(request, response);
      };
      if (cordon === undefined) rest();
      else cordon(request, response, rest);
    });
  };
}

/** What other frameworks answer by themselves. */
function replyTo(error: unknown): Reply {
  if (error instanceof RunRefused) {
    const { status, headers, message, holders } = error;
    return {
      status,
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: `${JSON.stringify({ error: message, holders })}\n`,
    };
  }
  console.error(error);
  return INTERNAL_ERROR;
}

async function answer(catalyst: Catalyst, request: IncomingMessage): Promise<Reply> {
  const { method = 'GET', url = '/', headers } = request;
  return answerProvisioning(catalyst, { method, target: url, headers, body: await readBody(request) });
}

/** The body as text, or `undefined` when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Without this option, leaving the loop would close the connection before the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  // What is left of a body that is too long is not waited for.
  response.writeHead(status, { ...headers, ...(response.req.complete ? {} : { Connection: 'close' }) });
  response.end(body);
}
