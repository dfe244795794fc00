import { type Behaviour, headOf, type Wire } from './hostile-server.ts';

/** One way in which an endpoint goes wrong, and what the gate must make of it. */
export interface Fault extends Behaviour {
  readonly name: string;
  /** An outcome, or the reason of a gate that failed open; more than one where Node's versions differ. */
  readonly expected: readonly string[];
  /** The request never ends by itself. */
  readonly silent?: boolean;
  readonly scheme?: 'http' | 'https';
  /** Whether the connection outlives the gate for a while, whatever it does. */
  readonly lingers?: boolean;
}

/** A zero that may open the gate. */
export const ZERO = '{"count":0,"ids":[]}';
export const JSON_TYPE = { 'Content-Type': 'application/json' };
export const STATUS_LINE = 'HTTP/1.1 200 OK\r\n';
export const HALF_A_HEAD = `${STATUS_LINE}Content-Type: application/js`;
export const HEAD = headOf(200, { ...JSON_TYPE, 'Content-Length': String(ZERO.length) });
export const CHUNKED_HEAD = headOf(200, { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' });
export const MIB = 1024 * 1024;

export const answer = (answer: NonNullable<Behaviour['answer']>): Behaviour => ({ answer });
export const sends = (bytes: string | Uint8Array, then?: (wire: Wire) => void): Behaviour =>
  answer((wire) => {
    wire.send(bytes);
    then?.(wire);
  });

export const encoded = (encoding: string, body: Uint8Array): Behaviour =>
  answer((wire) => {
    wire.respond(200, { ...JSON_TYPE, 'Content-Encoding': encoding }, body);
  });
