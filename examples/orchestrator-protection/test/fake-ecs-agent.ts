import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { listen } from '@quietgate/testkit/endpoint';

const TASK = 'arn:aws:ecs:eu-central-1:123456789012:task/quietgate/0f3a9c51d2e84b67';

/** The agent of ECS, which takes nothing but what its API names, and remembers what it was told. */
export async function fakeEcsAgent(failure?: { Reason: string; Detail: string }) {
  const states: unknown[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = (await json(request).catch(() => undefined)) as Record<string, unknown> | undefined;
      const answer = (status: number, given: object) => {
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(given));
      };
      const problem = problemOf(
        `${request.method ?? ''} ${request.url ?? ''}`,
        request.headers['content-type'],
        body,
      );
      if (problem !== undefined) {
        answer(400, { error: { Arn: TASK, Code: 'InvalidParameterException', Message: problem } });
        return;
      }
      states.push(body);
      if (failure !== undefined) answer(200, { failure: { Arn: TASK, ...failure } });
      else answer(200, { protection: { TaskArn: TASK, ProtectionEnabled: body?.['ProtectionEnabled'] } });
    })();
  });
  return { uri: `http://127.0.0.1:${await listen(server)}/api/0f3a9c51d2e84b67-1`, states };
}

function problemOf(asked: string, type: string | undefined, body: Record<string, unknown> | undefined) {
  if (asked !== 'PUT /api/0f3a9c51d2e84b67-1/task-protection/v1/state') return `no such operation: ${asked}`;
  if (type !== 'application/json' || body === undefined) return 'the body must be JSON';
  const { ProtectionEnabled: isEnabled, ExpiresInMinutes: minutes, ...rest } = body;
  if (Object.keys(rest).length > 0) return `unknown fields: ${Object.keys(rest).join()}`;
  if (typeof isEnabled !== 'boolean') return 'ProtectionEnabled must be a boolean';
  if (minutes === undefined) return undefined;
  if (!isEnabled) return 'ExpiresInMinutes goes with ProtectionEnabled: true';
  const isAllowed = Number.isInteger(minutes) && Number(minutes) >= 1 && Number(minutes) <= 2880;
  return isAllowed ? undefined : 'ExpiresInMinutes must be an integer from 1 to 2880';
}
