import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { createCordon } from '@quietgate/core';
import { deployCordon } from '@quietgate/http-adapters/node';
import { listen } from '@quietgate/testkit/endpoint';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { type GitHubDeploy, verifyGitHubToken } from '../src/verify-github-token.ts';
import { type Key, makeKey, sign, startIssuer } from './issuer.ts';

const DEPLOY = {
  audience: 'https://console.acme.example',
  repository: 'acme/catalyst-api',
  environment: 'production',
  workflow: 'acme/catalyst-api/.github/workflows/deploy.yml@refs/heads/main',
} satisfies GitHubDeploy;

const claimsOf = (issuer: string) => ({
  iss: issuer,
  aud: DEPLOY.audience,
  sub: 'repo:acme/catalyst-api:environment:production',
  repository: DEPLOY.repository,
  environment: DEPLOY.environment,
  workflow_ref: DEPLOY.workflow,
  ref: 'refs/heads/main',
});

let first: Key;
let second: Key;

beforeAll(async () => {
  [first, second] = await Promise.all([makeKey('first'), makeKey('second')]);
});

afterEach(() => {
  vi.useRealTimers();
});

async function start() {
  const issuer = await startIssuer(first);
  return {
    issuer,
    verify: verifyGitHubToken({ ...DEPLOY, issuer: issuer.url }),
    claims: claimsOf(issuer.url),
  };
}

describe('a token', () => {
  it('of the deploy is taken', async () => {
    const { verify, claims } = await start();
    expect(await verify(await sign(first, claims))).toBe(true);
    expect(
      await verify(await sign(first, { ...claims, aud: ['https://other.example', DEPLOY.audience] })),
    ).toBe(true);
  });

  const now = Math.floor(Date.now() / 1000);

  it.each<[string, object]>([
    ['another issuer', { iss: 'https://token.actions.githubusercontent.com' }],
    ['an issuer with a slash more', { iss: `${DEPLOY.audience}/` }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'https://github.com/acme' }],
    ['no audience', { aud: undefined }],
    ['another repository', { repository: 'mallory/catalyst-api' }],
    ['a repository in other letters', { repository: 'Acme/catalyst-api' }],
    ['no repository', { repository: undefined }],
    ['another environment', { environment: 'staging' }],
    ['no environment', { environment: undefined }],
    ['another workflow', { workflow_ref: 'acme/catalyst-api/.github/workflows/lint.yml@refs/heads/main' }],
    ['another branch', { workflow_ref: 'acme/catalyst-api/.github/workflows/deploy.yml@refs/heads/x' }],
    ['a pull request', { workflow_ref: 'acme/catalyst-api/.github/workflows/deploy.yml@refs/pull/7/merge' }],
    ['no workflow', { workflow_ref: undefined }],
    ['a list of repositories', { repository: [DEPLOY.repository] }],
    ['an end in the past', { exp: now - 60 }],
    ['no end', { exp: undefined }],
    ['a beginning in the future', { nbf: now + 3600, exp: now + 7200 }],
  ])('with %s is refused', async (_, wrong) => {
    const { verify, claims } = await start();
    expect(await verify(await sign(first, { ...claims, ...wrong }))).toBe(false);
  });

  it('signed by somebody else is refused, under whatever name', async () => {
    const { verify, claims } = await start();
    expect(await verify(await sign({ ...second, kid: 'first' }, claims))).toBe(false);
    expect(await verify(await sign(second, claims))).toBe(false);
  });

  it('that was changed is refused', async () => {
    const { verify, claims } = await start();
    const [header, , signature] = (await sign(first, { ...claims, environment: 'staging' })).split('.');
    const [, payload] = (await sign(first, claims)).split('.');
    expect(await verify([header, payload, signature].join('.'))).toBe(false);
  });

  it('without a signature, or signed by what is public, is refused', async () => {
    const { verify, claims } = await start();
    expect(await verify(new UnsecuredJWT(claims).setExpirationTime('5m').encode())).toBe(false);
    const publicKey = new TextEncoder().encode(JSON.stringify(first.jwk));
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .setExpirationTime('5m')
      .sign(publicKey);
    expect(await verify(confused)).toBe(false);
  });

  it.each(['', 'a', 'a.b.c', 'a-token-of-the-server', '..', `${'x'.repeat(5000)}.y.z`])(
    'that is none is refused: %s',
    async (text) => {
      expect(await (await start()).verify(text)).toBe(false);
    },
  );
});

describe('the keys of the issuer', () => {
  it('are fetched once for many tokens', async () => {
    const { verify, claims, issuer } = await start();
    for (let n = 0; n < 3; n++) expect(await verify(await sign(first, claims))).toBe(true);
    expect(issuer.fetches()).toBe(1);
  });

  it('are fetched again for one that is not known, and those that are gone count no more', async () => {
    const { verify, claims, issuer } = await start();
    expect(await verify(await sign(first, claims))).toBe(true);
    issuer.rotate(second);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 }); // jose asks at most each 30 s
    expect(await verify(await sign(second, claims))).toBe(true);
    expect(await verify(await sign(first, claims))).toBe(false);
  });

  it('that cannot be fetched make no token a wrong one', async () => {
    const { verify, claims, issuer } = await start();
    issuer.stop();
    await expect(verify(await sign(first, claims))).rejects.toThrow();
  });
});

describe('the cordon of a server', () => {
  async function raise(issuerUrl: string, token: string) {
    const errors: unknown[] = [];
    const server = createServer(
      deployCordon({
        cordon: createCordon(),
        authorize: verifyGitHubToken({ ...DEPLOY, issuer: issuerUrl }),
        onEvent: () => undefined,
        onError: (error) => errors.push(error),
      }),
    );
    const url = `http://127.0.0.1:${await listen(server)}/api/v1/deployments/cordon?holder=deploy-42&seconds=60`;
    const response = await fetch(url, { method: 'PUT', headers: { Authorization: `Bearer ${token}` } });
    return { status: response.status, body: (await response.json()) as unknown, errors };
  }

  it('goes up for such a job alone', async () => {
    const { issuer, claims } = await start();
    expect(await raise(issuer.url, await sign(first, claims))).toMatchObject({
      status: 200,
      body: { seconds: 60 },
    });
    const other = await sign(first, { ...claims, environment: 'staging' });
    expect(await raise(issuer.url, other)).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
  });

  it('is unavailable while nothing can be verified, and says why to its owner alone', async () => {
    const { issuer, claims } = await start();
    issuer.stop();
    const { status, body, errors } = await raise(issuer.url, await sign(first, claims));
    expect({ status, body }).toEqual({ status: 503, body: { error: 'cordon unavailable' } });
    expect(errors).toHaveLength(1);
  });
});

it('deploy.yml asks for the audience that the server expects, and may have a token', () => {
  const workflow = parse(readFileSync(new URL('../deploy.yml', import.meta.url), 'utf8')) as {
    permissions: object;
    jobs: { deploy: { environment: string; steps: { with?: Record<string, unknown> }[] } };
  };
  expect(workflow.permissions).toMatchObject({ 'id-token': 'write' });
  expect(workflow.jobs.deploy.environment).toBe(DEPLOY.environment);
  const [step] = workflow.jobs.deploy.steps;
  expect(step?.with).toMatchObject({ cordon: true, 'cordon-audience': DEPLOY.audience });
  expect(step?.with).not.toHaveProperty('cordon-token');
});
