import type { LookupAddress } from 'node:dns';
import { isIP, type TcpNetConnectOpts } from 'node:net';

/**
 * How long one of several addresses gets before the next is tried, where there is time: Node's own quarter of a second is
 * over before a host that is far away, or a lost packet that is sent again after a second, has answered.
 */
export const ATTEMPT_MS = 3000;

/** The least that Node allows. */
const MIN_ATTEMPT_MS = 10;

/** How a connection is made: options of `net.connect`, and so of every request. */
export type Connecting = Pick<
  TcpNetConnectOpts,
  'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout' | 'lookup'
>;

/**
 * Looks a host up, and shares the time that is left between its addresses, so that one that does not answer leaves enough for
 * the others. An address that was reached before comes first: what follows may have less time.
 *
 * @param msLeft called once the addresses are known
 * @throws Node's error of the lookup
 */
export async function connectingTo(
  host: string,
  msLeft: () => number,
  reached: ReadonlySet<string | undefined>,
): Promise<Connecting> {
  if (isIP(host) !== 0) return {};
  const found = await lookUp(host);
  const isReached = ({ address }: LookupAddress) => reached.has(address);
  const addresses = [...found.filter(isReached), ...found.filter((each) => !isReached(each))];
  return {
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: attemptMs(msLeft(), addresses.length),
    lookup: (_host, _options, found) => {
      found(null, addresses);
    },
  };
}

/** What each of so many addresses gets of the time that is left. */
export function attemptMs(msLeft: number, addresses: number): number {
  const share = Math.floor(msLeft / Math.max(addresses, 1));
  return Math.max(MIN_ATTEMPT_MS, Math.min(ATTEMPT_MS, share));
}

function lookUp(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    // Not imported: an address needs no name server.
    process.getBuiltinModule('node:dns').lookup(host, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}
