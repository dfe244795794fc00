import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { ALL_HOLDERS } from '../wire/lease.ts';
import {
  type CordonHistory,
  holdersOf,
  liftLease,
  MAX_LEASES,
  NEVER_UP,
  raiseLease,
  type RaiseOutcome,
  remainingMs,
} from './cordon-rules.ts';

const LIMITS = { maxUpMs: 60_000, restMs: 5_000 };

/** One cordon with a history: what is asked of it, at which time, and what it granted. */
function createHistory(limits = LIMITS) {
  let state: CordonHistory = NEVER_UP;
  let now = 0;
  let ids = 0;
  return {
    get now() {
      return now;
    },
    get state() {
      return state;
    },
    pass(ms: number) {
      now += ms;
    },
    raise(holder: string, leaseMs: number, renews?: string): RaiseOutcome {
      const outcome = raiseLease(state, { holder, leaseMs, renews, freshId: `id ${++ids}` }, now, limits);
      state = outcome.granted ? outcome.state : state;
      return outcome;
    },
    lift(holder: string) {
      state = liftLease(state, holder, now);
    },
    remainingMs: () => remainingMs(state, now),
    holders: () => holdersOf(state, now),
  };
}

type History = ReturnType<typeof createHistory>;

const granted = (id: string, leaseMs: number) =>
  expect.objectContaining({ granted: true, lease: { id, leaseMs } }) as unknown;

const refused = (message: string) => ({ granted: false, message });

const holderArb = fc.constantFrom('a', 'b', 'c');
const leaseMsArb = fc.integer({ min: 1, max: 90_000 });
const passMsArb = fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(0, 4999, 5000, 60_000));

/** What may befall a cordon, in words for a counterexample. */
const eventArb = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant('raise'), holderArb, leaseMsArb) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant('lift'), fc.oneof(holderArb, fc.constant('*')), fc.constant(0)),
  },
  { weight: 3, arbitrary: fc.tuple(fc.constant('pass'), fc.constant(''), passMsArb) },
);
type Event = readonly [what: string, holder: string, ms: number];
const eventsArb = fc.array(eventArb, { maxLength: 40 });

/** Lets one event happen; returns the result of a raise. */
function apply(history: History, [what, holder, ms]: Event): RaiseOutcome | undefined {
  if (what === 'raise') return history.raise(holder, ms);
  if (what === 'lift') history.lift(holder);
  else history.pass(ms);
  return undefined;
}

/** When each holder's lease ends by what it was granted last, kept without the rules. */
function ledgerOf(events: readonly Event[], history = createHistory()) {
  const ends = new Map<string, number>();
  for (const event of events) {
    const outcome = apply(history, event);
    const [what, holder] = event;
    if (outcome?.granted === true) ends.set(holder, history.now + outcome.lease.leaseMs);
    if (what === 'lift') for (const each of holder === '*' ? [...ends.keys()] : [holder]) ends.delete(each);
  }
  const lasting = [...ends].filter(([, endsAt]) => endsAt > history.now);
  return { history, lasting };
}

describe('leases add up', () => {
  test.prop([eventsArb])('the cordon is up exactly while any lease lasts', (events) => {
    const { history, lasting } = ledgerOf(events);
    expect(history.remainingMs()).toBe(Math.max(0, ...lasting.map(([, endsAt]) => endsAt - history.now)));
    expect(history.holders()).toEqual(lasting.map(([holder]) => holder).sort());
  });

  test.prop([eventsArb, leaseMsArb, fc.boolean()])(
    'nobody ends or shortens another’s lease',
    (events, leaseMs, lifts) => {
      const { history, lasting } = ledgerOf(events);
      const others = lasting.filter(([holder]) => holder !== 'a');
      apply(history, ['raise', 'a', leaseMs]);
      apply(history, [lifts ? 'lift' : 'pass', 'a', 0]);
      expect(history.holders()).toEqual(expect.arrayContaining(others.map(([holder]) => holder)));
      apply(history, ['lift', 'a', 0]);
      expect(history.remainingMs()).toBe(Math.max(0, ...others.map(([, endsAt]) => endsAt - history.now)));
    },
  );

  it('a holder shortens its own by renewing for less, and only its own', () => {
    const history = createHistory();
    history.raise('a', 30_000);
    history.raise('b', 20_000);
    expect(history.raise('a', 1_000)).toEqual(granted('id 1', 1_000));
    expect(history.remainingMs()).toBe(20_000);
    history.raise('b', 2_000);
    expect(history.remainingMs()).toBe(2_000);
  });

  it('holders are listed in code-unit order', () => {
    const history = createHistory();
    for (const holder of ['b', 'a/2', 'B', 'a/10', '9']) history.raise(holder, 1_000);
    expect(history.holders()).toEqual(['9', 'B', 'a/10', 'a/2', 'b']);
  });
});

describe('a lease', () => {
  test.prop([eventsArb, holderArb, leaseMsArb])(
    'keeps its id for as long as it lasts, and no longer',
    (events, holder, leaseMs) => {
      const { history } = ledgerOf(events);
      fc.pre(history.raise(holder, leaseMs).granted);
      const first = history.raise(holder, leaseMs);
      history.pass(leaseMs - 1);
      const lasting = history.holders().includes(holder);
      const next = history.raise(holder, leaseMs);
      fc.pre(first.granted && next.granted);
      expect(first.lease.id === next.lease.id).toBe(lasting);
    },
  );

  it('expires, to the millisecond', () => {
    const history = createHistory();
    history.raise('a', 1_500);
    history.pass(1_499);
    expect([history.remainingMs(), history.holders()]).toEqual([1, ['a']]);
    history.pass(1);
    expect([history.remainingMs(), history.holders()]).toEqual([0, []]);
    expect(history.raise('a', 1_500, 'id 1')).toEqual(granted('id 2', 1_500));
  });

  test.prop([eventsArb, holderArb, leaseMsArb])(
    'is the same when a raise is repeated',
    (events, holder, leaseMs) => {
      const { history } = ledgerOf(events);
      const once = history.raise(holder, leaseMs);
      const state = history.state;
      expect(history.raise(holder, leaseMs)).toEqual(once);
      expect(history.state).toEqual(state);
    },
  );

  test.prop([eventsArb, holderArb])('is gone when it was lifted, once or twice', (events, holder) => {
    const { history } = ledgerOf(events);
    history.lift(holder);
    const state = history.state;
    expect(history.holders()).not.toContain(holder);
    history.lift(holder);
    expect(history.state).toBe(state);
  });

  test.prop([eventsArb])('of everybody is gone when all were lifted', (events) => {
    const { history } = ledgerOf(events);
    history.lift(ALL_HOLDERS);
    expect([history.remainingMs(), history.holders()]).toEqual([0, []]);
  });
});

describe('the cordon is up for at most maxUpMs in a row', () => {
  /** The times up, merged where less than the rest lies between them, from looking at the cordon after each event. */
  function rowsOf(events: readonly Event[]) {
    const history = createHistory();
    const rows: { since: number; until: number }[] = [];
    const note = (since: number, until: number) => {
      const last = rows.at(-1);
      if (last !== undefined && since - last.until < LIMITS.restMs) last.until = Math.max(last.until, until);
      else rows.push({ since, until });
    };
    for (const event of events) {
      const before = history.now;
      const upUntil = before + history.remainingMs();
      apply(history, event);
      if (upUntil > before) note(before, Math.min(upUntil, history.now));
      if (history.remainingMs() > 0) note(history.now, history.now);
    }
    return rows;
  }

  test.prop([eventsArb])('whoever renews, gaps shorter than restMs included', (events) => {
    expect(rowsOf(events).filter(({ since, until }) => until - since > LIMITS.maxUpMs)).toEqual([]);
  });

  it('grants what is left of that', () => {
    const history = createHistory();
    expect(history.raise('a', 90_000)).toEqual(granted('id 1', 60_000));
    history.pass(59_000);
    expect(history.raise('a', 90_000)).toEqual(granted('id 1', 1_000));
    expect(history.raise('b', 90_000)).toEqual(granted('id 3', 1_000));
  });

  it('changes nothing when less than a second is left, and says when that is over', () => {
    const history = createHistory();
    history.raise('a', 60_000);
    history.raise('b', 59_500);
    history.pass(59_001);
    const refusal = refused('the cordon may be up for at most 60 s in a row; it may be raised again in 6 s');
    const state = history.state;
    expect([history.raise('a', 500), history.raise('b', 500), history.raise('c', 500)]).toEqual([
      refusal,
      refusal,
      refusal,
    ]);
    expect(history.state).toBe(state);
    history.pass(499);
    expect(history.holders()).toEqual(['a']);
    history.pass(5_499);
    expect(history.raise('a', 1_000)).toEqual(
      refused('the cordon may be up for at most 60 s in a row; it may be raised again in 1 s'),
    );
    history.pass(1);
    expect(history.raise('a', 90_000)).toEqual(granted('id 7', 60_000));
  });

  it('counts a gap shorter than restMs in, and begins anew after a longer one', () => {
    const history = createHistory();
    history.raise('a', 20_000);
    history.pass(24_999);
    expect(history.raise('b', 60_000)).toEqual(granted('id 2', 35_001));
    history.pass(35_001 + 5_000);
    expect(history.raise('c', 60_000)).toEqual(granted('id 3', 60_000));
  });

  it('ends a row when the last lease is lifted', () => {
    const history = createHistory();
    history.raise('a', 60_000);
    history.raise('b', 10_000);
    history.pass(1_000);
    history.lift('a');
    history.pass(9_000);
    history.lift('b'); // too late: it ended by itself
    history.pass(5_000);
    expect(history.raise('a', 60_000)).toEqual(granted('id 3', 60_000));
  });

  it('and so never up when that is less than a second', () => {
    const history = createHistory({ maxUpMs: 999, restMs: 5_000 });
    expect(history.raise('a', 500)).toEqual(
      refused('the cordon may be up for at most 0.999 s in a row; it may be raised again in 5 s'),
    );
  });

  it('takes a row for over at once where no rest is asked', () => {
    const history = createHistory({ maxUpMs: 60_000, restMs: 0 });
    history.raise('a', 60_000);
    history.pass(59_999);
    expect(history.raise('a', 60_000).granted).toBe(false);
    history.pass(1);
    expect(history.raise('a', 60_000)).toEqual(granted('id 3', 60_000));
  });
});

describe('what an operator lifts stays down', () => {
  it.for(['a', '*'])('a renewal of a lease lifted by %s is refused for as long as maxUpMs', (lifted) => {
    const history = createHistory();
    history.raise('a', 60_000);
    history.pass(10);
    history.lift(lifted);
    expect(history.raise('a', 10_000, 'id 1')).toEqual(
      refused('this lease was released; it may be raised again in 60 s'),
    );
    history.pass(59_999);
    expect(history.raise('a', 10_000, 'id 1')).toEqual(
      refused('this lease was released; it may be raised again in 1 s'),
    );
    history.pass(1);
    expect(history.raise('a', 10_000, 'id 1')).toEqual(granted('id 4', 10_000));
  });

  it('also under another lease of the holder that began since, and beside others that last', () => {
    const history = createHistory();
    history.raise('a', 60_000);
    history.raise('b', 60_000);
    history.lift('a');
    expect(history.raise('a', 10_000)).toEqual(granted('id 3', 10_000));
    expect(history.raise('a', 10_000, 'id 1').granted).toBe(false);
    expect(history.raise('a', 10_000, 'id 3')).toEqual(granted('id 3', 10_000));
    expect(history.raise('b', 10_000, 'id 2')).toEqual(granted('id 2', 10_000));
  });

  it('but what ended by itself does not', () => {
    const history = createHistory();
    history.raise('a', 1_000);
    history.pass(1_000);
    history.lift('*');
    expect(history.raise('a', 1_000, 'id 1')).toEqual(granted('id 2', 1_000));
  });

  test.prop([eventsArb, eventsArb])('whatever else happens', (before, after) => {
    const { history } = ledgerOf(before);
    const own = history.raise('a', 10_000);
    fc.pre(own.granted);
    const liftedAt = history.now;
    history.lift('a');
    ledgerOf(after, history);
    fc.pre(history.now - liftedAt < LIMITS.maxUpMs);
    const state = history.state;
    expect(history.raise('a', 10_000, own.lease.id).granted).toBe(false);
    expect(history.state).toBe(state);
  });
});

test.prop([eventsArb, holderArb, leaseMsArb])(
  'a grant is what was asked, or what is left of the row, and lasts that long',
  (events, holder, leaseMs) => {
    const { history } = ledgerOf(events);
    const outcome = history.raise(holder, leaseMs);
    fc.pre(outcome.granted);
    const grantedMs = outcome.lease.leaseMs;
    expect(grantedMs).toBe(Math.min(leaseMs, history.state.upSince + LIMITS.maxUpMs - history.now));
    history.pass(grantedMs - 1);
    expect(history.holders()).toContain(holder);
    history.pass(1);
    expect(history.holders()).not.toContain(holder);
  },
);

test.prop([eventsArb, holderArb, leaseMsArb])(
  'changes no state that it was given',
  (events, holder, leaseMs) => {
    const { history } = ledgerOf(events);
    const before = history.state;
    const copy = structuredClone(before);
    history.raise(holder, leaseMs);
    history.lift(holder);
    expect(before).toEqual(copy);
  },
);

describe('a refusal says when it may be raised again:', () => {
  const secondsOf = (outcome: RaiseOutcome) =>
    Number(/in (\d+) s$/.exec(outcome.granted ? '' : outcome.message)?.[1]);

  test.prop([eventsArb, holderArb])('then, and not a second before', (events, holder) => {
    const { history } = ledgerOf([...events, ['raise', holder, 60_000], ['pass', '', 59_500]]);
    const seconds = secondsOf(history.raise(holder, 1_000));
    fc.pre(seconds > 0);
    history.pass((seconds - 1) * 1000);
    expect(history.raise(holder, 1_000).granted).toBe(false);
    history.pass(1000);
    expect(history.raise(holder, 1_000).granted).toBe(true);
  });
});

describe('the memory of a cordon is bounded', () => {
  const full = () => {
    const history = createHistory();
    for (let n = 0; n < MAX_LEASES; n++) history.raise(`holder ${n}`, 20_000 + n);
    return history;
  };

  it('by the leases that last: one more waits for the first end, those that are there go on', () => {
    const history = full();
    history.pass(5000);
    expect(history.raise('one more', 1_000)).toEqual(
      refused(`there are ${MAX_LEASES} leases already; it may be raised again in 15 s`),
    );
    expect(history.raise('holder 7', 30_000).granted).toBe(true);
    history.pass(15_000);
    expect(history.raise('one more', 1_000).granted).toBe(true);
    expect(history.state.leases).toHaveLength(MAX_LEASES);
  });

  it('holds nothing before it is first up', () => {
    expect(createHistory().state).toMatchObject({ leases: [], lifted: [] });
  });

  it('by the lifted leases that are remembered, of which the oldest are forgotten first', () => {
    const history = full();
    history.lift('holder 0');
    history.lift('*');
    expect(history.state.lifted).toHaveLength(MAX_LEASES);
    history.raise('b', 1_000);
    history.lift('b');
    expect(history.state.lifted).toHaveLength(MAX_LEASES);
    expect(history.raise('b', 1_000, `id ${MAX_LEASES + 1}`).granted).toBe(false);
    expect(history.raise('a', 1_000, 'id 1').granted).toBe(true);
  });

  it('by time: what ended, and what was lifted maxUpMs ago, is forgotten', () => {
    const history = createHistory();
    history.raise('a', 1_000);
    history.raise('b', 1_000);
    history.lift('b');
    history.pass(60_000);
    history.raise('c', 1_000);
    expect(history.state).toMatchObject({ leases: [{ holder: 'c' }], lifted: [] });
  });
});
