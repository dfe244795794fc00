import { readFileSync } from 'node:fs';
import { minVersion, satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly engines?: { readonly node?: string };
  readonly deprecated?: string;
}

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const text = read('pnpm-lock.yaml');
const locked = Object.entries((parse(text) as Lockfile).packages);

const { engines } = JSON.parse(read('package.json')) as { readonly engines: { readonly node: string } };
const oldestNode = minVersion(engines.node)?.version ?? '';

/** Of each of these a fresh install would warn. */
describe('what is installed', () => {
  it(`runs on Node ${oldestNode}, the oldest that the repository takes`, () => {
    const unsupported = locked.filter(([, { engines: needs }]) => !satisfies(oldestNode, needs?.node ?? '*'));
    expect(unsupported).toEqual([]);
  });

  it('is not deprecated', () => {
    expect(locked.filter(([, { deprecated }]) => deprecated !== undefined)).toEqual([]);
  });

  it('is named without the registry that it came from', () => {
    expect(text).not.toMatch(/https?:\/\//);
  });
});
