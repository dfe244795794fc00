import { decodeCount, MAX_BODY_BYTES } from '@quietgate/core/internal';
import type { CheckResponse } from './check.ts';

/** The count in a response, or why a gate finds none there. */
export function readCount({
  body,
}: CheckResponse):
  | { readonly count: number; readonly body: Uint8Array; readonly problem?: undefined }
  | { readonly count?: undefined; readonly problem: string } {
  if (body === undefined) return { problem: `the body is over ${MAX_BODY_BYTES} bytes` };
  try {
    return { count: decodeCount(body).count, body };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
