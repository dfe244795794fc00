import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Protection } from './protect-while-busy.ts';

/** Where Kubernetes mounts what a Pod may call it with. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What keeps the cluster autoscaler, and Karpenter, from the node of a Pod. Values are texts. */
const ANNOTATIONS = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
};

const LIMIT_MS = 10_000;

export interface SafeToEvictOptions {
  /** The API of the cluster: `https://kubernetes.default.svc`. */
  readonly api: string;
  /** The name of this Pod, which is its host name. */
  readonly pod: string;
  /** Where the namespace and the token are. @default SERVICE_ACCOUNT */
  readonly serviceAccount?: string;
}

/**
 * Annotations of the Pod itself. They never expire, and end with the Pod; renewing them puts back what somebody took off. The service
 * account needs `patch` on `pods`, and Node the cluster's certificate in `NODE_EXTRA_CA_CERTS`.
 */
export function safeToEvict({ api, pod, serviceAccount = SERVICE_ACCOUNT }: SafeToEvictOptions): Protection {
  const read = async (file: string) => (await readFile(join(serviceAccount, file), 'utf8')).trim();
  return {
    renewMs: 5 * 60_000,
    async set(isBusy) {
      // Read each time, since the kubelet rotates the token.
      const [namespace, token] = await Promise.all([read('namespace'), read('token')]);
      const annotations = Object.entries(ANNOTATIONS).map(([name, value]) => [name, isBusy ? value : null]);
      const response = await fetch(`${api}/api/v1/namespaces/${namespace}/pods/${pod}`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/merge-patch+json', Authorization: `Bearer ${token}` },
        body: JSON.stringify({ metadata: { annotations: Object.fromEntries(annotations) as unknown } }),
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`Kubernetes annotates no Pod: ${response.status} ${answer}`);
    },
  };
}
