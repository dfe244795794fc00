import { readFileSync } from 'node:fs';
import https from 'node:https';
import { CERTIFICATE } from '@quietgate/testkit/certificate';
import { vi } from 'vitest';

/** Trusts the servers of tests until mocks are restored, as NODE_EXTRA_CA_CERTS does from the start of a process. */
export function trustTestServers(): void {
  const { request } = https;
  vi.spyOn(https, 'request').mockImplementation(((options: https.RequestOptions) =>
    request({ ...options, ca: readFileSync(CERTIFICATE) })) as never);
}
