import { inspect } from 'node:util';
import { fc, unicodeString } from './property.ts';

/** What every secret of these begins with: looked for where none of it may be. */
const MARK = 's3cr3t';

/** Tokens that can be sent, of any printable characters. */
export const tokenArb: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 12, maxLength: 40 })
  .map((codes) => MARK + String.fromCharCode(...codes));

const hostileTextArb = fc
  .tuple(
    fc.constantFrom('', ' ', '\n', '\0', 'é'),
    fc.oneof(
      unicodeString({ maxLength: 20 }),
      fc.constantFrom('', '\r\n::error::x', '\u001b[2J', '\ud800', '$&', '\n', ' and blanks in it'),
    ),
  )
  .map(([before, after]) => before + MARK + after);

/** What may be given for a token, though most of it is none: too short, of other characters, or of another kind. */
export const hostileTokenArb: fc.Arbitrary<unknown> = fc.oneof(
  hostileTextArb,
  tokenArb,
  hostileTextArb.chain((text) =>
    fc.constantFrom<unknown>(
      [text],
      { token: text },
      { toString: () => text },
      Object(text),
      Symbol(text),
      () => text,
      new Error(text),
      new TextEncoder().encode(text),
    ),
  ),
);

/** What is made of a token that was sent. */
type Echo = (token: string) => Promise<Response>;

const answered =
  (status: number, body: (token: string) => string): Echo =>
  (token) =>
    Promise.resolve(new Response(body(token), { status }));

const redirected =
  (status: number): Echo =>
  (token) => {
    const location = `https://b.example/?token=${encodeURIComponent(token)}`;
    return Promise.resolve(new Response(null, { status, headers: { location } }));
  };

const failed =
  (length: number, errorOf: (message: string) => unknown, before: string): Echo =>
  (token) =>
    Promise.reject(errorOf(`${'x'.repeat(length)} ${before}${token}`));

/** What a server or a network may do with a token that it was sent. */
export const echoArb: fc.Arbitrary<Echo> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(200, 400, 401, 403, 404, 409, 500, 503),
      fc.constantFrom<(token: string) => string>(
        (token) => token,
        (token) => JSON.stringify({ error: token }),
        (token) => JSON.stringify({ seconds: token, lease: token }),
        (token) => JSON.stringify({ seconds: 600, lease: token }),
      ),
    )
    .map((given) => answered(...given)),
  fc.constantFrom(301, 307).map(redirected),
  fc
    .tuple(
      fc.nat(2100),
      fc.constantFrom<(message: string) => unknown>(
        (message) => new Error(message),
        (message) => new Error('fetch failed', { cause: new TypeError(message) }),
        (message) => new AggregateError([new Error(message)]),
        (message) => Object.assign(new Error('reset'), { cause: message }),
        (message) => message,
      ),
      fc.constantFrom('Bearer ', 'https://a.example/', 'https://a.example/?token=', 'https://'),
    )
    .map((given) => failed(...given)),
);

/** Whether anything of a secret can be read in a value, however deep, as in an error's stack or cause. */
export function showsSecret(value: unknown): boolean {
  return inspect(value, {
    depth: 20,
    maxStringLength: Infinity,
    maxArrayLength: Infinity,
    showHidden: true,
  }).includes(MARK);
}
