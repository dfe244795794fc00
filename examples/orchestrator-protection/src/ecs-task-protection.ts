import type { Protection } from './protect-while-busy.ts';

/** For how long a task is protected unless it is renewed: what a process that crashes leaves behind. From 1 to 2,880. */
const EXPIRES_IN_MINUTES = 15;

const LIMIT_MS = 10_000;

/**
 * The scale-in protection of an ECS task: neither a deployment nor auto scaling stops it. For tasks of a service, from the inside.
 *
 * @param agentUri `ECS_AGENT_URI`, which the agent gives to each container
 */
export function ecsTaskProtection(agentUri: string): Protection {
  return {
    renewMs: (EXPIRES_IN_MINUTES * 60_000) / 3,
    async set(isBusy) {
      const response = await fetch(`${agentUri}/task-protection/v1/state`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          ProtectionEnabled: isBusy,
          ...(isBusy ? { ExpiresInMinutes: EXPIRES_IN_MINUTES } : {}),
        }),
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      const answer = await response.text();
      // Failures of ECS itself, such as a task that belongs to no service, come with any status.
      if (enabledIn(answer) !== isBusy) throw new Error(`ECS protects no task: ${response.status} ${answer}`);
    },
  };
}

function enabledIn(answer: string): unknown {
  try {
    const { protection } = JSON.parse(answer) as { protection?: { ProtectionEnabled?: unknown } | null };
    return protection?.ProtectionEnabled;
  } catch {
    return undefined;
  }
}
