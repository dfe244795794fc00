/** What is needed of a response of Node's. */
export interface ClosingResponse {
  readonly writableEnded?: boolean;
  once?(event: 'close', listener: () => void): unknown;
}

/** What responses of Node's have beside, if they are its own. */
interface NodeResponse extends ClosingResponse {
  /** Over HTTP/1.1. */
  readonly req?: { readonly socket?: Closing };
  /** Over HTTP/2. */
  readonly stream?: Closing;
}

interface Closing {
  readonly destroyed?: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/** Aborts when nobody waits for the answer any more: the client has left, or something else has answered. */
export function signalOfLeaving(response: ClosingResponse): AbortSignal {
  const leaving = new AbortController();
  const { req, stream }: NodeResponse = response;
  // A response that waits behind another one of its connection does not hear when that closes.
  const connection = stream ?? req?.socket;
  const waiting = connection && waitingOn(connection);
  const leave = () => {
    waiting?.delete(leave);
    leaving.abort();
  };
  if (connection?.destroyed === true || response.writableEnded === true) leave();
  else {
    waiting?.add(leave);
    response.once?.('close', leave);
  }
  return leaving.signal;
}

const waitingOnEach = new WeakMap<Closing, Set<() => void>>();

/** Those to be called when a connection closes. It has one listener for all of them: of many Node would warn. */
function waitingOn(connection: Closing): Set<() => void> {
  const known = waitingOnEach.get(connection);
  if (known !== undefined) return known;
  const waiting = new Set<() => void>();
  waitingOnEach.set(connection, waiting);
  connection.once('close', () => {
    for (const leave of waiting) leave();
  });
  return waiting;
}
