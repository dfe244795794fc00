import {
  answer,
  CHUNKED_HEAD,
  HALF_A_HEAD,
  HEAD,
  JSON_TYPE,
  sends,
  STATUS_LINE,
  ZERO,
  type Fault,
} from './fault.ts';
import { type Behaviour, headOf, type Wire } from './hostile-server.ts';

/** How far a conversation gets before it goes wrong. */
const STAGES: readonly (readonly [string, (then?: (wire: Wire) => void) => Behaviour])[] = [
  ['when the connection is made', (then) => (then === undefined ? {} : { accept: then })],
  ['after the request', (then) => answer((wire) => then?.(wire))],
  ['after the status line', (then) => sends(STATUS_LINE, then)],
  ['in the headers', (then) => sends(HALF_A_HEAD, then)],
  ['after the headers', (then) => sends(HEAD, then)],
  ['in the middle of the body', (then) => sends(HEAD + '{"count":0,', then)],
  ['in the middle of a chunk', (then) => sends(`${CHUNKED_HEAD}14\r\n{"count":0`, then)],
  ['between two chunks', (then) => sends(`${CHUNKED_HEAD}14\r\n${ZERO}\r\n`, then)],
];

const atEachStage: readonly Fault[] = STAGES.flatMap(([stage, until]) => [
  {
    name: `a reset ${stage}`,
    ...until((wire) => {
      wire.reset();
    }),
    expected: ['unreachable'],
  },
  {
    name: `an end ${stage}`,
    ...until((wire) => {
      wire.end();
    }),
    expected: ['unreachable'],
  },
  { name: `silence ${stage}`, ...until(), expected: ['request-timeout'], silent: true },
]);

const closed: Fault = {
  name: 'a close when the connection is made',
  accept: (wire) => {
    wire.close();
  },
  // The fetch of Node 20 misses it, and waits.
  expected: ['unreachable', 'request-timeout'],
  silent: true,
};

const drips: readonly Fault[] = [
  {
    name: 'a status line, letter by letter',
    ...answer((wire) => {
      wire.drip(letters(STATUS_LINE.repeat(1000)));
    }),
    expected: ['request-timeout', 'unreachable'],
    silent: true,
  },
  {
    name: 'headers without end, one by one',
    ...sends(STATUS_LINE, (wire) => {
      wire.drip(() => 'X: y\r\n');
    }),
    expected: ['request-timeout'],
    silent: true,
  },
  {
    name: 'a body of blanks, one by one',
    ...sends(headOf(200, JSON_TYPE), (wire) => {
      wire.drip(() => ' ');
    }),
    expected: ['request-timeout'],
    silent: true,
  },
  {
    name: 'chunks of blanks, one by one',
    ...sends(CHUNKED_HEAD, (wire) => {
      wire.drip(() => '1\r\n \r\n');
    }),
    expected: ['request-timeout'],
    silent: true,
  },
  {
    name: 'early hints without end',
    ...answer((wire) => {
      wire.drip(() => headOf(103, {}));
    }),
    expected: ['request-timeout'],
    silent: true,
  },
];

/** A connection that breaks off, or says nothing, at each stage of a conversation; or that takes for ever. */
export const CONNECTION_FAULTS: readonly Fault[] = [...atEachStage, closed, ...drips];

function letters(text: string): () => string {
  let at = 0;
  return () => text[at++ % text.length] ?? '';
}
