import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { CHUNKED_HEAD, encoded, JSON_TYPE, MIB, sends, type Fault } from './fault.ts';
import { headOf } from './hostile-server.ts';

const GIB_OF_ZEROS = Buffer.concat(Array<Buffer>(64).fill(gzipSync(Buffer.alloc(16 * MIB))));
const blanks = Buffer.alloc(256 * MIB, ' ');

/** More than fits anywhere. The gate stops reading soon. */
export const FLOODS: readonly Fault[] = [
  { name: 'a gzip bomb of a gibibyte', ...encoded('gzip', GIB_OF_ZEROS), expected: ['invalid-response'] },
  {
    name: 'a gzip bomb in a gzip bomb',
    ...encoded('gzip, gzip', gzipSync(GIB_OF_ZEROS)),
    expected: ['invalid-response'],
  },
  {
    name: 'a deflate bomb',
    ...encoded('deflate', deflateSync(blanks, { level: 1 })),
    expected: ['invalid-response'],
  },
  {
    name: 'a brotli bomb',
    ...encoded('br', brotliCompressSync(blanks, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })),
    expected: ['invalid-response'],
  },
  {
    name: 'a body without end',
    ...sends(headOf(200, JSON_TYPE), (wire) => {
      wire.flood(() => ' '.repeat(65_536));
    }),
    expected: ['invalid-response'],
  },
  {
    name: 'chunks without end',
    ...sends(CHUNKED_HEAD, (wire) => {
      wire.flood(() => `10000\r\n${' '.repeat(65_536)}\r\n`);
    }),
    expected: ['invalid-response'],
  },
  {
    name: 'a body of a tebibyte',
    ...sends(headOf(200, { 'Content-Length': String(MIB ** 2) }), (wire) => {
      wire.flood(() => ' '.repeat(65_536));
    }),
    expected: ['invalid-response'],
  },
  {
    name: 'a 404 without end',
    ...sends(headOf(404, {}), (wire) => {
      wire.flood(() => ' '.repeat(65_536));
    }),
    expected: ['not-found'],
  },
];
