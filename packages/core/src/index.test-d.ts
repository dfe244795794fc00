import { describe, expectTypeOf, it } from 'vitest';
import {
  type AskCordonOptions,
  type AskOptions,
  classifyDeployment,
  type Clock,
  type CordonOptions,
  type CORDON_PATH,
  countInFlight,
  type DEFAULT_API_URL,
  type Deployment,
  type DeploymentClass,
  type FailOpenReason,
  type Fetch,
  fetchCordon,
  fetchInFlightCount,
  type GateEvent,
  type IN_FLIGHT_COUNT_PATH,
  IN_FLIGHT_STATUSES,
  type InFlightCount,
  type KnownStatus,
  type OnUnavailable,
  parseInFlightCount,
  type QUIET_PATH,
  type QuietResult,
  type RequestFailed,
  type Source,
  STATUS_TABLE,
  systemClock,
  type UncordonOptions,
  type Roll,
  waitForQuiet,
  type WaitForQuietOptions,
  whenQuiet,
} from './index.ts';
import { createVirtualClock } from './testing.ts';

describe('the public types', () => {
  it('name every class, and every status of the table', () => {
    expectTypeOf<DeploymentClass>().toEqualTypeOf<
      'phase-0' | 'phase-1' | 'terminal' | 'adopted' | 'stale' | 'unknown'
    >();
    expectTypeOf(STATUS_TABLE).toEqualTypeOf<
      Readonly<Record<KnownStatus, 'phase-0' | 'phase-1' | 'terminal' | 'adopted'>>
    >();
    expectTypeOf(IN_FLIGHT_STATUSES).toEqualTypeOf<readonly string[]>();
    expectTypeOf<typeof IN_FLIGHT_COUNT_PATH>().toEqualTypeOf<'/api/v1/deployments/in-flight-count'>();
    expectTypeOf<typeof CORDON_PATH>().toEqualTypeOf<'/api/v1/deployments/cordon'>();
    expectTypeOf<typeof QUIET_PATH>().toEqualTypeOf<'/api/v1/deployments/quiet'>();
    expectTypeOf<typeof DEFAULT_API_URL>().toEqualTypeOf<'https://console.openova.io'>();
  });

  it('take undefined for every optional property', () => {
    expectTypeOf<{ id: string; status: string; adoptedAt: undefined }>().toExtend<Deployment>();
    expectTypeOf<{ id: string; status: string; adoptedAt: Date | null }>().toExtend<Deployment>();
    expectTypeOf<
      Record<Exclude<keyof WaitForQuietOptions, 'url'>, undefined> & { url: string }
    >().toExtend<WaitForQuietOptions>();
    countInFlight([], { classify: undefined });
  });

  it('let options be set one by one', () => {
    const options: WaitForQuietOptions = { url: 'https://api.example' };
    options.intervalMs = 5;
  });

  it('take a url or a source', () => {
    const source = () => ({ count: 0, ids: [] });
    expectTypeOf<{ source: typeof source; url: undefined }>().toExtend<WaitForQuietOptions>();
    // @ts-expect-error: one of them is needed
    void waitForQuiet({});
    // @ts-expect-error: one of them is needed
    void waitForQuiet({ intervalMs: 5 });
    // @ts-expect-error: and not both
    void waitForQuiet({ url: 'https://api.example', source });
    // @ts-expect-error: a source has no path
    void waitForQuiet({ source, path: '/busy' });
    // @ts-expect-error: a name that is no option
    void waitForQuiet({ source, interval: 5 });
  });

  it('classify what has a status', () => {
    expectTypeOf(classifyDeployment({ status: 'ready' })).toEqualTypeOf<DeploymentClass>();
    // @ts-expect-error: a status is needed
    classifyDeployment({ adoptedAt: null });
    // @ts-expect-error: a status is a string
    classifyDeployment({ status: 7 });
  });

  it('let a record type of one’s own flow through the classifier', () => {
    const runs = [{ id: 'a', step: 'apply' as const }];
    const counted = countInFlight(runs, {
      classify: (run) => {
        expectTypeOf(run).toEqualTypeOf<{ id: string; step: 'apply' }>();
        return 'phase-0';
      },
    });
    expectTypeOf(counted).toEqualTypeOf<InFlightCount>();
    // @ts-expect-error: records have an id
    countInFlight([{ status: 'ready' }]);
    // @ts-expect-error: without a status, how is a run to be classified?
    countInFlight(runs);
    // @ts-expect-error: nor here
    countInFlight(runs, {});
    // @ts-expect-error: nor here
    countInFlight(runs, { classify: undefined });
    // @ts-expect-error: a status is a string
    countInFlight([{ id: 'a', status: 7 }]);
    countInFlight([{ id: 'a', status: 'ready', adoptedAt: null, owner: 'b' }], {});
    countInFlight([{ id: 'a', status: 7 }], { classify: ({ status }) => (status > 5 ? 'stale' : 'phase-0') });
    // @ts-expect-error: there is no such class
    countInFlight(runs, { classify: () => 'busy' });
  });

  it('tell the outcomes apart', () => {
    expectTypeOf(waitForQuiet).returns.resolves.toEqualTypeOf<QuietResult>();
    expectTypeOf<
      Extract<QuietResult, { outcome: 'failed-open' }>['reason']
    >().toEqualTypeOf<FailOpenReason>();
    expectTypeOf<QuietResult['outcome']>().toEqualTypeOf<'quiet' | 'timed-out' | 'failed-open'>();
    expectTypeOf<GateEvent['type']>().toEqualTypeOf<
      'waiting' | 'settling' | 'retrying' | 'unavailable' | 'cordoned' | 'uncordoned' | 'lifted' | 'left'
    >();
    expectTypeOf<Extract<GateEvent, { type: 'waiting' }>['nextInMs']>().toEqualTypeOf<number>();
    expectTypeOf<Extract<GateEvent, { type: 'settling' }>['nextInMs']>().toEqualTypeOf<number>();
    expectTypeOf(parseInFlightCount).toEqualTypeOf<(body: unknown) => InFlightCount>();
  });

  it('ask once', () => {
    expectTypeOf(fetchInFlightCount).toEqualTypeOf<(options: AskOptions) => Promise<InFlightCount>>();
    expectTypeOf(fetchCordon).toEqualTypeOf<
      (options: AskCordonOptions) => Promise<{ remainingMs: number; holders: string[] }>
    >();
    expectTypeOf<RequestFailed>().toExtend<Error>();
    expectTypeOf<RequestFailed['reason']>().toEqualTypeOf<FailOpenReason>();
    expectTypeOf<RequestFailed['status']>().toEqualTypeOf<number | undefined>();
  });

  it('have names for what a wrapper hands on', () => {
    expectTypeOf<Fetch | undefined>().toEqualTypeOf<WaitForQuietOptions['fetch']>();
    expectTypeOf<Source | undefined>().toEqualTypeOf<WaitForQuietOptions['source']>();
    expectTypeOf<CordonOptions | undefined>().toEqualTypeOf<WaitForQuietOptions['cordon']>();
    expectTypeOf<OnUnavailable>().toEqualTypeOf<'proceed' | 'wait' | 'wait-when-busy'>();
  });

  it('take a token or headers, or a function that gives them', () => {
    type Token = string | (() => string | Promise<string>);
    expectTypeOf<CordonOptions['token']>().toEqualTypeOf<Token>();
    expectTypeOf<UncordonOptions['token']>().toEqualTypeOf<Token>();
    expectTypeOf<AskCordonOptions['token']>().toEqualTypeOf<Token>();
    type Given = Headers | [string, string][] | Record<string, string>;
    expectTypeOf<() => Given>().toExtend<WaitForQuietOptions['headers']>();
    expectTypeOf<() => Promise<Given>>().toExtend<WaitForQuietOptions['headers']>();
  });

  it('end one lease or all of them', () => {
    const asked = { url: '', token: '' };
    expectTypeOf({ ...asked, holder: '' }).toExtend<UncordonOptions>();
    expectTypeOf({ ...asked, holder: '', all: false as const }).toExtend<UncordonOptions>();
    expectTypeOf({ ...asked, all: true as const }).toExtend<UncordonOptions>();
    expectTypeOf(asked).not.toExtend<UncordonOptions>();
    expectTypeOf({ ...asked, all: false as const }).not.toExtend<UncordonOptions>();
    expectTypeOf({ ...asked, holder: '', all: true as const }).not.toExtend<UncordonOptions>();
  });

  it('take what is there already', () => {
    expectTypeOf(globalThis.fetch).toExtend<NonNullable<WaitForQuietOptions['fetch']>>();
    type Partial = Pick<Response, 'status' | 'headers' | 'body' | 'url' | 'redirected'>;
    expectTypeOf<() => Promise<Partial>>().toExtend<NonNullable<WaitForQuietOptions['fetch']>>();
    expectTypeOf<URL>().toExtend<WaitForQuietOptions['url']>();
    expectTypeOf<Headers | [string, string][] | Record<string, string>>().toExtend<
      WaitForQuietOptions['headers']
    >();
    expectTypeOf(() => ({ count: 0, ids: [] })).toExtend<NonNullable<WaitForQuietOptions['source']>>();
    expectTypeOf(systemClock).toEqualTypeOf<Clock>();
    expectTypeOf(createVirtualClock()).toExtend<Clock>();
  });

  it('give what a roll gives, and its context', () => {
    const options: WaitForQuietOptions = { url: 'https://api.example' };
    expectTypeOf(whenQuiet(options, () => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(whenQuiet([options, options] as const, () => Promise.resolve('rolled'))).toEqualTypeOf<
      Promise<string>
    >();
    expectTypeOf<Parameters<Roll<void>>[0]>().toEqualTypeOf<{
      results: readonly QuietResult[];
      signal: AbortSignal;
      keep: () => void;
    }>();
    // @ts-expect-error: a roll is needed
    void whenQuiet(options);
    // @ts-expect-error: a gate needs a url or a source
    void whenQuiet([{ intervalMs: 5 }], () => undefined);
  });
});
