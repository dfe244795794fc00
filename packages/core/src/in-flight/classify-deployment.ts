import type { Deployment, DeploymentClass } from '../deployment.ts';
import { beginsWithRealDate, isRealTime, timeOf } from './real-time.ts';
import { STATUS_TABLE } from './status-table.ts';

// A Map, because a lookup on an object would find `constructor` and `toString` too.
const classOfStatus: ReadonlyMap<string, DeploymentClass> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(STATUS_TABLE),
);

/**
 * Reports what a restart of the server would do to a deployment.
 *
 * Total and pure: every string has a class (`unknown` when the table does not name it), nothing is thrown and
 * nothing is changed. Statuses match exactly, without trimming or case folding. Adoption wins over every
 * status.
 *
 * @example
 * classifyDeployment({ status: 'tofu-applying' }); // 'phase-0'
 * classifyDeployment({ status: 'tofu-applying', adoptedAt: new Date() }); // 'adopted'
 * classifyDeployment({ status: 'Ready' }); // 'unknown'
 */
export function classifyDeployment(deployment: Pick<Deployment, 'status' | 'adoptedAt'>): DeploymentClass {
  return isAdopted(deployment.adoptedAt) ? 'adopted' : (classOfStatus.get(deployment.status) ?? 'unknown');
}

/** The default for records of any type: one without a `status` gets here only past the types, and is `unknown`. */
export function classifyByStatus(deployment: unknown): DeploymentClass {
  return classifyDeployment(deployment as Deployment);
}

/** Whether an `adoptedAt` proves that the customer has taken the result over. */
export function isAdopted(adoptedAt: unknown): boolean {
  return typeof adoptedAt === 'string' ? beginsWithRealDate(adoptedAt) : isRealTime(timeOf(adoptedAt));
}
