import { CORDON_PATH, DEFAULT_API_URL, IN_FLIGHT_COUNT_PATH, QUIET_PATH } from '@quietgate/core';
import { MAX_HOLDER_LENGTH } from '@quietgate/core/internal';
import { type Proxy, proxyFor } from '../network/proxy-for.ts';
import { UsageError } from '../usage-error.ts';
import type { GivenUrl } from './readers.ts';
import type { Environment, Setting } from './setting.ts';
import { type Token, tokenFrom } from './token.ts';

/** What reaches a server, whatever it is asked. */
export interface Access {
  readonly url: string;
  readonly headers: [name: string, value: string][];
  /** What the header `Host` says in place of the URL's host, which `fetch` could not send. */
  readonly host: string | undefined;
  readonly requestTimeoutMs: number;
  /** The variable of the proxy that may respond in the server's place, which it can for an http URL. */
  readonly httpProxy?: string | undefined;
}

/**
 * Reads what reaches a server below a base URL.
 *
 * @throws UsageError when the environment names a proxy for the URL that cannot be used
 */
export function readAccess(
  values: {
    readonly url: GivenUrl | undefined;
    readonly header: readonly [string, string][];
    readonly 'request-timeout': number;
  },
  env: Environment,
): Access {
  const url = values.url?.url ?? DEFAULT_API_URL;
  const httpProxy = httpProxyOf(url, proxyFor(new URL(url), env));
  return { url, ...splitHost(values.header), requestTimeoutMs: values['request-timeout'], httpProxy };
}

/** The variable of the proxy that may respond in the server's place: to an https URL a tunnel leads through it. */
export function httpProxyOf(url: string, proxy: Proxy | undefined): string | undefined {
  return url.startsWith('http:') ? proxy?.name : undefined;
}

/** The headers to send, and `Host`, which the network sends in its own way. */
export function splitHost(
  headers: readonly [name: string, value: string][],
): Pick<Access, 'headers' | 'host'> {
  const isHost = ([name]: readonly [string, string]) => name.toLowerCase() === 'host';
  return { headers: headers.filter((header) => !isHost(header)), host: headers.findLast(isHost)?.[1] };
}

/** Gets an ID token of the job for an audience, where there is a way to one. */
export type IdToken = (audience: string) => Promise<string>;

/** Which servers were named: one, several or none. */
type GivenUrls = GivenUrl | readonly GivenUrl[] | undefined;

const listOf = (urls: GivenUrls) => [urls ?? []].flat();

/** Which tokens were given, each with the name that its giver knows it by, and to which servers they may be sent. */
export interface GivenTokens {
  readonly url: GivenUrls;
  readonly 'cordon-token': Setting | undefined;
  readonly 'cordon-token-file': Setting | undefined;
  readonly 'cordon-audience'?: Setting | undefined;
}

/**
 * The token of a cordon, which is sent to no server but one whose URL was given.
 *
 * @throws UsageError when there is none, or more than one, or no URL was given
 */
export function tokenFor(purpose: string, given: GivenTokens, idToken?: IdToken): Token {
  const token = givenToken(given, idToken);
  if (token === undefined)
    throw new UsageError(
      `${purpose} needs the server's token: CORDON_TOKEN or CORDON_TOKEN_FILE, or the input cordon-token`,
    );
  if (listOf(given.url).length === 0)
    throw new UsageError(`${purpose} needs a URL: the token goes to no default`);
  return token;
}

/** Which cordon is raised, and by whom. */
export interface CordonPlan {
  readonly token: Token;
  readonly holder: string;
  readonly leaseMs: number;
}

/**
 * The cordon that a gate raises.
 *
 * @throws UsageError when there is no token for it, or more than one, or no URL was given
 */
export function cordonFor(
  values: GivenTokens & { readonly holder: string | undefined; readonly lease: number },
  env: Environment,
  idToken?: IdToken,
): CordonPlan {
  const token = tokenFor('a cordon', values, idToken);
  const { holder = makeHolder(env, crypto.randomUUID()), lease: leaseMs } = values;
  return { token, holder, leaseMs };
}

const MAX_PART_LENGTH = 24;

/**
 * A name for the holder of a lease that says which job of GitHub Actions it is, as in
 * `openova/console:123456789:1:7f3a9c51`, shortened where needed. Its random end sets the jobs of a matrix apart, which
 * share the rest.
 */
export function makeHolder(env: Environment, random: string): string {
  const read = (name: string) => (env[name] ?? '').replace(/[^A-Za-z0-9._/-]/g, '-');
  const run = ['GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT'].map((name) => read(name).slice(0, MAX_PART_LENGTH));
  const end = [...run, random].filter((part) => part !== '').join(':');
  const repository = read('GITHUB_REPOSITORY').slice(0, MAX_HOLDER_LENGTH - 1 - end.length);
  return repository === '' ? end : `${repository}:${end}`;
}

/**
 * The token that was given, if any.
 *
 * @throws UsageError when there is more than one
 */
export function givenToken(
  { 'cordon-token': token, 'cordon-token-file': file, 'cordon-audience': audience }: GivenTokens,
  idToken?: IdToken,
): Token | undefined {
  if (audience && idToken) {
    if (token && !token.isVariable)
      throw new UsageError(`${audience.name} and ${token.name} exclude each other, got both`);
    return () => idToken(audience.value);
  }
  if (token?.isVariable && file)
    throw new UsageError('CORDON_TOKEN and CORDON_TOKEN_FILE exclude each other, got both');
  return token?.value ?? (file && tokenFrom(file.name, file.value));
}

/** @throws UsageError when a URL ends in the path of an endpoint, which is appended to it */
export function checkBases(urls: GivenUrls, ...paths: readonly string[]): void {
  const end = (text: string) => text.replace(/\/+$/, '');
  for (const { name, url } of listOf(urls)) {
    const { pathname } = new URL(url);
    const all = [...paths, IN_FLIGHT_COUNT_PATH, CORDON_PATH, QUIET_PATH];
    const ending = all.find((path) => end(pathname).endsWith(end(path)));
    if (ending !== undefined)
      throw new UsageError(`${name} takes the URL without ${ending}, which is added to it`);
  }
}
