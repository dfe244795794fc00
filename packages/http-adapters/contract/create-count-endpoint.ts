import { type Clock, type Deployment } from '@quietgate/core';
import type { Endpoint } from '../src/endpoint/endpoint.ts';
import { createInFlightCount } from '../src/endpoint/in-flight-count.ts';
import type { InFlightCountOptions } from '../src/endpoint/options.ts';

/** The in-flight count without a server, and without the one for those who look at the status alone. */
export function createCountEndpoint<D extends { readonly id: string } = Deployment>(
  options: InFlightCountOptions<D>,
  clock?: Clock,
): Endpoint {
  const [endpoint] = createInFlightCount(options, clock);
  if (endpoint === undefined) throw new Error('there is no endpoint');
  return endpoint;
}
