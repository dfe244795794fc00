import { readBody } from '@quietgate/core/internal';

/** The text of a body, as the gate reads it. */
export async function bodyOf(response: Pick<Response, 'body'>): Promise<string> {
  return new TextDecoder().decode(await readBody(response, 1e6, new AbortController().signal));
}
