import { TLS } from './certificate.ts';
import { answer, CHUNKED_HEAD, HEAD, JSON_TYPE, sends, STATUS_LINE, ZERO, type Fault } from './fault.ts';
import { headOf } from './hostile-server.ts';

const bodiesOfNoUse: readonly Fault[] = [
  {
    name: 'a 404 whose body never comes',
    ...sends(headOf(404, { 'Content-Length': '20' })),
    expected: ['not-found'],
  },
  {
    name: 'a 403 whose body never comes',
    ...sends(headOf(403, { 'Content-Length': '20' })),
    expected: ['http-status'],
  },
];

const H2_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const TLS_ALERT = Buffer.from([21, 3, 1, 0, 2, 2, 40]);

const protocols: readonly Fault[] = [
  {
    name: 'a certificate that nobody trusts',
    tls: TLS,
    scheme: 'https',
    expected: ['unreachable'],
  },
  {
    name: 'a server that speaks TLS only',
    tls: TLS,
    scheme: 'http',
    expected: ['unreachable'],
  },
  {
    name: 'a server that speaks no TLS',
    accept: (wire) => {
      wire.respond(400, {});
    },
    scheme: 'https',
    expected: ['unreachable'],
  },
  {
    name: 'a TLS handshake without an answer',
    scheme: 'https',
    expected: ['request-timeout'],
    silent: true,
    // Node's fetch calls off a request, but not the connecting that it waits for: that has a limit of its own, 10 s.
    lingers: true,
  },
  { name: 'a TLS alert', ...sends(TLS_ALERT), expected: ['unreachable'] },
  { name: 'HTTP/2 without a question', ...sends(H2_SETTINGS), expected: ['unreachable'] },
  { name: 'the HTTP/2 preface', ...sends('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), expected: ['unreachable'] },
  {
    name: 'the greeting of another service',
    accept: (wire) => {
      wire.send('SSH-2.0-OpenSSH_9.6\r\n');
    },
    expected: ['unreachable'],
  },
  {
    name: 'noise',
    ...sends(Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 151 + 7) % 256))),
    expected: ['unreachable'],
  },
  { name: 'a body without a head', ...sends(ZERO), expected: ['unreachable'] },
  { name: 'an unfinished version', ...sends('HTTP/1.\r\n\r\n'), expected: ['unreachable'] },
  {
    name: 'a Content-Length that is no number',
    ...sends(headOf(200, { 'Content-Length': 'many' }) + ZERO),
    expected: ['unreachable'],
  },
  {
    name: 'two lengths that differ',
    ...sends(`${STATUS_LINE}Content-Length: 20\r\nContent-Length: 2\r\n\r\n${ZERO}`),
    expected: ['unreachable'],
  },
  { name: 'more than its Content-Length', ...sends(`${HEAD}${ZERO}\n<!-- cached -->`), expected: ['quiet'] },
  {
    name: 'a Content-Length that is too small',
    ...sends(headOf(200, { ...JSON_TYPE, 'Content-Length': '5' }) + ZERO),
    expected: ['invalid-response'],
  },
  {
    name: 'a chunk size that is no number',
    ...sends(`${CHUNKED_HEAD}xyz\r\n${ZERO}\r\n0\r\n\r\n`),
    expected: ['unreachable'],
  },
  {
    name: 'headers without end, in a flood',
    ...sends(STATUS_LINE, (wire) => {
      wire.flood(() => `X: ${'y'.repeat(1000)}\r\n`);
    }),
    expected: ['unreachable'],
  },
  {
    name: 'a switch of protocols',
    ...sends(headOf(101, { Upgrade: 'websocket', Connection: 'Upgrade' })),
    expected: ['unreachable', 'http-status'],
  },
  {
    name: 'early hints, and then the answer',
    ...answer((wire) => {
      wire.send(headOf(103, {}));
      wire.respond(200, JSON_TYPE, ZERO);
    }),
    expected: ['quiet'],
  },
  {
    name: '102, and then the answer',
    ...answer((wire) => {
      wire.send(headOf(102, {}));
      wire.respond(200, JSON_TYPE, ZERO);
    }),
    expected: ['quiet'],
  },
];

/** What HTTP does not allow, and other protocols in its place. */
export const PROTOCOL_FAULTS: readonly Fault[] = [...bodiesOfNoUse, ...protocols];
