import { readFileSync } from 'node:fs';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Service } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };
import { CLOSE_LIMIT_MS, readConfig } from './provisioning.ts';

type DeploymentOptions = NonNullable<ConstructorParameters<typeof Deployment>[0]>;

/** The documents of the manifest, anew for each test. */
function readManifest() {
  const text = readFileSync(new URL('../catalyst-api.yaml', import.meta.url), 'utf8');
  const [deployment, service, ...rest] = parseAllDocuments(text).map(
    (document) => document.toJS() as unknown,
  );
  expect(rest).toEqual([]);
  const pod = (deployment as DeploymentOptions).spec?.template.spec;
  return { deployment: deployment as DeploymentOptions, pod, service };
}

describe('the manifest', () => {
  it('is what the schemas of Kubernetes take', () => {
    const { deployment, service } = readManifest();
    new Deployment(deployment).validate();
    new Service(service as ConstructorParameters<typeof Service>[0]).validate();
  });

  it.for<[string, (deployment: DeploymentOptions) => unknown, string]>([
    [
      'a strategy that is none',
      ({ spec }) => Object.assign(spec?.strategy ?? {}, { type: 'Recreated' }),
      'strategy/type must be equal to one of the allowed values',
    ],
    [
      'a grace period with a unit',
      ({ spec }) => Object.assign(spec?.template.spec ?? {}, { terminationGracePeriodSeconds: '30m' }),
      'terminationGracePeriodSeconds must be integer',
    ],
    [
      'a command in one line',
      ({ spec }) => Object.assign(spec?.template.spec?.containers[0] ?? {}, { command: 'node server.js' }),
      'command must be array',
    ],
  ])('would not be with %s', ([, spoil, message]) => {
    const { deployment } = readManifest();
    spoil(deployment);
    expect(() => {
      new Deployment(deployment).validate();
    }).toThrow(message);
  });

  it('starts the new Pod once the old one has ended', () => {
    const { deployment } = readManifest();
    expect(deployment.spec?.strategy).toEqual({ type: 'Recreate' });
    expect(deployment.spec?.replicas).toBe(1);
  });

  it('leaves a drain, and the close after it, less than the grace period', () => {
    const { pod } = readManifest();
    const env = Object.fromEntries(pod?.containers[0]?.env?.map(({ name, value }) => [name, value]) ?? []);
    const { drainMs, runMs } = readConfig(env);
    expect(drainMs + CLOSE_LIMIT_MS).toBeLessThan((pod?.terminationGracePeriodSeconds ?? NaN) * 1000);
    expect(runMs).toBeLessThan(drainMs);
  });

  it('starts the server as `pnpm start` does, with nothing between it and the signal', () => {
    const { pod } = readManifest();
    expect(pod?.containers[0]?.command?.join(' ')).toBe(packageJson.scripts.start);
  });

  it('asks where the server answers', () => {
    const { pod } = readManifest();
    const { readinessProbe, livenessProbe } = pod?.containers[0] ?? {};
    expect(readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(livenessProbe?.httpGet).toEqual({ path: '/livez', port: 'http' });
  });
});
