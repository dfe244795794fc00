import { hostname } from 'node:os';
import { ecsTaskProtection } from './ecs-task-protection.ts';
import type { Protection } from './protect-while-busy.ts';
import { safeToEvict } from './safe-to-evict.ts';

/** The protection that this process can have, by the environment that its orchestrator gives it. */
export function protectionOf(env: NodeJS.ProcessEnv): Protection | undefined {
  const { ECS_AGENT_URI, KUBERNETES_SERVICE_HOST, KUBERNETES_API = 'https://kubernetes.default.svc' } = env;
  if (ECS_AGENT_URI !== undefined) return ecsTaskProtection(ECS_AGENT_URI);
  if (KUBERNETES_SERVICE_HOST !== undefined) return safeToEvict({ api: KUBERNETES_API, pod: hostname() });
  return undefined;
}
