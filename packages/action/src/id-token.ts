import { MAX_BODY_BYTES, readBody } from '@quietgate/core/internal';
import { createNetwork, type IdToken } from '@quietgate/job';
import { setSecret } from '@actions/core';

/** What to do without the variables that a runner sets for a job that may have ID tokens. */
export const NO_ID_TOKEN = 'The job gets no ID token: give it `permissions: id-token: write`.';

const URL_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_URL';
const TOKEN_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN';

/** Whether the runner gives ID tokens to this job. */
export function hasIdTokens(env: NodeJS.ProcessEnv): boolean {
  return [URL_VARIABLE, TOKEN_VARIABLE].every((name) => (env[name] ?? '') !== '');
}

/** Asks the runner for an ID token of the job, anew each time, and masks it in the log. */
export function idTokenFrom(env: NodeJS.ProcessEnv): IdToken {
  const { fetch } = createNetwork(env);
  return async (audience) => {
    if (!hasIdTokens(env)) throw new Error(NO_ID_TOKEN);
    const url = new URL(env[URL_VARIABLE] ?? '');
    url.searchParams.set('audience', audience);
    const headers = { authorization: `Bearer ${env[TOKEN_VARIABLE] ?? ''}`, accept: 'application/json' };
    const response = await fetch(url.href, { headers });
    if (response.status !== 200) throw new Error(`the runner answered ${response.status}`);
    const body = await readBody(response, MAX_BODY_BYTES, new AbortController().signal);
    const { value } = JSON.parse(new TextDecoder().decode(body)) as { value?: unknown };
    if (typeof value !== 'string') throw new Error('the runner answered without an ID token');
    setSecret(value);
    return value;
  };
}
