import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { listen } from '@quietgate/testkit/endpoint';
import { onTestFinished } from 'vitest';

const PATH = '/api/v1/namespaces/catalyst/pods/catalyst-api-7d4b9';

/** The API of a cluster with one Pod, which takes a JSON merge patch of its annotations and nothing else. */
export async function fakeKubernetes(annotations: Record<string, string> = {}) {
  const serviceAccount = await mkdtemp(join(tmpdir(), 'service-account-'));
  onTestFinished(() => rm(serviceAccount, { recursive: true }));
  const rotate = (token: string) => writeFile(join(serviceAccount, 'token'), `${token}\n`);
  let token = 'the first token';
  await writeFile(join(serviceAccount, 'namespace'), 'catalyst');
  await rotate(token);

  const server = createServer((request, response) => {
    void (async () => {
      const body: unknown = await json(request).catch(() => undefined);
      const { authorization, 'content-type': type } = request.headers;
      const status = (code: number, message: string) => {
        const given = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message };
        response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(given));
      };
      if (authorization !== `Bearer ${token}`) status(401, 'Unauthorized');
      else if (request.url !== PATH) status(404, 'pods not found');
      else if (request.method !== 'PATCH') status(405, 'the server does not allow this method');
      else if (type !== 'application/merge-patch+json')
        status(415, 'the body of the request was in an unknown format');
      else {
        const patch = annotationsOf(body);
        if (patch === undefined) status(422, 'Pod is invalid: metadata.annotations');
        else {
          for (const [name, value] of Object.entries(patch)) {
            if (value === null) Reflect.deleteProperty(annotations, name);
            else annotations[name] = value;
          }
          response.writeHead(200, { 'Content-Type': 'application/json' });
          response.end(JSON.stringify({ kind: 'Pod', apiVersion: 'v1', metadata: { annotations } }));
        }
      }
    })();
  });
  return {
    options: { api: `http://127.0.0.1:${await listen(server)}`, pod: 'catalyst-api-7d4b9', serviceAccount },
    annotations,
    /** The kubelet replaces the token, and the old one is no good any more. */
    rotateToken: async () => {
      token = 'the second token';
      await rotate(token);
    },
  };
}

/** Annotations are texts; a merge patch takes one off by null. */
function annotationsOf(body: unknown): Record<string, string | null> | undefined {
  const { metadata, ...rest } = Object(body) as { metadata?: { annotations?: unknown } };
  const { annotations, ...others } = Object(metadata) as { annotations?: unknown };
  if (Object.keys({ ...rest, ...others }).length > 0) return undefined;
  const entries = Object.entries(Object(annotations) as Record<string, unknown>);
  const areTexts =
    entries.length > 0 && entries.every(([, value]) => value === null || typeof value === 'string');
  return areTexts ? (annotations as Record<string, string | null>) : undefined;
}
