const OF_THE_CONNECTION = 'it belongs to the connection, which fetch manages';

/** Headers that `Headers` takes, but fetch drops or fails on when it sends them; and those that the gate sends itself. */
const NOT_TO_BE_SENT: ReadonlyMap<string, string> = new Map([
  ['connection', OF_THE_CONNECTION],
  ['content-length', OF_THE_CONNECTION],
  ['expect', OF_THE_CONNECTION],
  ['host', 'fetch takes it from the URL'],
  ['keep-alive', OF_THE_CONNECTION],
  ['prefer', 'the gate sets it, to ask for a long poll'],
  ['te', OF_THE_CONNECTION],
  ['trailer', OF_THE_CONNECTION],
  ['transfer-encoding', OF_THE_CONNECTION],
  ['upgrade', OF_THE_CONNECTION],
]);

/** What HTTP allows in a header's value: `Headers` takes more, and fetch then fails on it. */
const SENDABLE_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Why a header cannot be sent, as the end of a sentence; `undefined` when it can. Never repeats its value. */
export function headerProblem(name: string, value: string): string | undefined {
  const lowerCase = name.toLowerCase();
  if (lowerCase.startsWith('proxy-')) return 'it is for a proxy, whose credentials belong in its URL';
  if (!SENDABLE_VALUE.test(value)) return 'its value has characters that HTTP does not allow';
  return NOT_TO_BE_SENT.get(lowerCase);
}
