import type { IncomingMessage } from 'node:http';
import { decodedBody } from './decoded-body.ts';

/** What the gate reads of a response. */
export type Answer = Pick<Response, 'status' | 'headers' | 'body' | 'url' | 'redirected'>;

/** Statuses whose response has no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

export interface AnswerOptions {
  readonly url: URL;
  readonly redirected: boolean;
  /** Called when the body has been read, or will not be. */
  readonly onEnd: () => void;
  /** What a reader of the body is to hear of something that went wrong. */
  readonly toError: (error: unknown) => unknown;
}

/** Node's response in the words of `fetch`. Its body is read no faster than it is asked for. */
export function answerOf(response: IncomingMessage, options: AnswerOptions): Answer {
  const { url, redirected } = options;
  const status = response.statusCode ?? 0;
  return {
    status,
    headers: headersOf(response),
    url: url.origin + url.pathname + url.search,
    redirected,
    body: WITHOUT_BODY.has(status) ? nothing(options) : bodyOf(response, options),
  };
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  }
  return headers;
}

function nothing({ onEnd }: AnswerOptions): null {
  onEnd();
  return null;
}

function bodyOf(
  response: IncomingMessage,
  { onEnd, toError }: AnswerOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = decodedBody(response);
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done !== true) {
            controller.enqueue(value);
            return;
          }
          controller.close();
          onEnd();
        } catch (error) {
          controller.error(toError(error));
          onEnd();
        }
      },
      // Not by way of the chunks: the one that is waited for may never come.
      cancel: onEnd,
    },
    { highWaterMark: 0 },
  );
}
