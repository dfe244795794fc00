import type { Deployment, DeploymentClass } from '../deployment.ts';
import { checkText } from './check-record.ts';
import { beginsWithRealDate, isRealTime, timeOf } from './real-time.ts';
import { STATUS_TABLE } from './status-table.ts';

// A Map, because a lookup on an object would find `constructor` and `toString` too.
const classOfStatus: ReadonlyMap<string, DeploymentClass> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(STATUS_TABLE),
);

/**
 * Reports what a restart of the server would do to a deployment.
 *
 * Total and pure: every string has a class (`unknown` when the table does not name it), and nothing is changed. Statuses match
 * exactly, without trimming or case folding. Adoption wins over every status.
 *
 * @throws TypeError when the status is no string, unless the deployment is adopted
 *
 * @example
 * classifyDeployment({ status: 'tofu-applying' }); // 'phase-0'
 * classifyDeployment({ status: 'tofu-applying', adoptedAt: new Date() }); // 'adopted'
 * classifyDeployment({ status: 'Ready' }); // 'unknown'
 */
export function classifyDeployment(deployment: Pick<Deployment, 'status' | 'adoptedAt'>): DeploymentClass {
  const { status, adoptedAt } = deployment;
  if (isAdopted(adoptedAt)) return 'adopted';
  checkText('status', status);
  return classOfStatus.get(status) ?? 'unknown';
}

/** The default for records of any type: one without a string `status` gets here only past the types, and is refused. */
export function classifyByStatus(deployment: unknown): DeploymentClass {
  return classifyDeployment(deployment as Deployment);
}

/** Whether an `adoptedAt` proves that the customer has taken the result over. */
export function isAdopted(adoptedAt: unknown): boolean {
  return typeof adoptedAt === 'string' ? beginsWithRealDate(adoptedAt) : isRealTime(timeOf(adoptedAt));
}
