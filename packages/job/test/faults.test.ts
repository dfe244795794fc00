import { type QuietResult, waitForQuiet } from '@quietgate/core';
import { type Fault } from '@quietgate/testkit/fault';
import { FAULTS } from '@quietgate/testkit/faults';
import { FLOODS } from '@quietgate/testkit/floods';
import { startHostileServer } from '@quietgate/testkit/hostile-server';
import { expect, it } from 'vitest';
import { createNetwork } from '../src/network/create-network.ts';

const MIB = 1024 * 1024;

/** For requests that come to an end by themselves, and for those that do not. */
const PATIENT_MS = 60_000;
const IMPATIENT_MS = 300;

it.each(FAULTS)('makes the gate see $expected.0, and leaves no connection: $name', async (fault) => {
  const { result } = await confront(fault);
  expect(expectedOf(fault)).toContain(verdictOf(result));
});

it.each(FLOODS)('makes the gate see $expected.0, and is not read to its end: $name', async (fault) => {
  const { result, bytesSent } = await confront(fault);
  expect(fault.expected).toContain(verdictOf(result));
  expect(bytesSent).toBeLessThan(32 * MIB);
});

async function confront(fault: Fault): Promise<{ result: QuietResult; bytesSent: number }> {
  const server = await startHostileServer(fault);
  const result = await waitForQuiet({
    url: server.origin.replace(/^https?/, fault.scheme ?? 'http'),
    fetch: createNetwork({}).fetch,
    requestTimeoutMs: fault.silent === true ? IMPATIENT_MS : PATIENT_MS,
    retries: 0,
  });
  await server.vacated();
  await server.close();
  return { result, bytesSent: server.bytesSent() };
}

/** Only silence is a time-out here, whatever some version of Node's fetch makes of a body that ends too early. */
function expectedOf({ expected: [first, ...others] }: Fault): readonly unknown[] {
  return [first, ...others.filter((other) => other !== 'request-timeout')];
}

function verdictOf(result: QuietResult): string {
  return result.outcome === 'failed-open' ? result.reason : result.outcome;
}
