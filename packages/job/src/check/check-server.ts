import type { CheckPlan } from '../plan/check-plan.ts';
import type { CheckReport } from './run-check.ts';

/** Tries how a server keeps to the protocol. The checks are loaded when they are asked for: a gate needs none of them. */
export async function checkServer(plan: CheckPlan, env: NodeJS.ProcessEnv): Promise<CheckReport> {
  const { runCheck } = await import('./run-check.ts');
  return runCheck(plan, env);
}
