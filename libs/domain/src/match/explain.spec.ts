import fc from 'fast-check';
import { compileLogic } from '../logic/compile.js';
import { candidates, indexByType } from './by-type.js';
import type { CompiledSubscription, EventToMatch } from './candidate.js';
import { CHECKS } from './checks.js';
import { explain, wants } from './explain.js';
import { compileSelectors } from './selectors.js';

const ACCEPTED_AT = '2026-01-01T00:00:00.000Z';
const ACCEPTED_MS = Date.parse(ACCEPTED_AT);

const event = (over: Partial<EventToMatch> & { type?: string; app?: string | null } = {}): EventToMatch => {
  const { type = 'UserCreatedEvent', app = null, ...rest } = over;
  const names = { uuid: 'u', id: 'evt_1', tenantId: 't', type, topic: 'participant', app, resourceType: 'user', resourceId: '1' };
  return {
    stored: { ...names, occurredAt: ACCEPTED_AT, acceptedAt: ACCEPTED_AT, raw: Buffer.alloc(0), dataStart: 0, dataEnd: 0 },
    tree: {
      event: { id: 'evt_1', name: type, type, topic: 'participant', timestamp: ACCEPTED_AT, state: 'ACTIVE' },
      resource: null,
      user: null,
      data: { state: 'paid', list: Array(200).fill(1) },
    },
    registered: null,
    appPermissions: null,
    ...rest,
  };
};

const subscription = (over: Partial<CompiledSubscription> = {}): CompiledSubscription => ({
  id: 'sub_1',
  tenantId: 't',
  selectors: compileSelectors({ eventTypes: ['*'] }),
  filter: null,
  enabled: true,
  suspended: false,
  createdAtMs: ACCEPTED_MS - 1,
  heldPermissions: [],
  ...over,
});

const registered = (rule: unknown, variables: Record<string, unknown> = {}): EventToMatch['registered'] => ({
  name: 'UserCreated',
  eventType: 'UserCreatedEvent',
  filter: rule === null ? null : compileLogic(rule, { dollarVariables: true }),
  variables,
});

const heavy = { reduce: [Array(1000).fill(0), { reduce: [Array(1000).fill(0), { '+': [{ var: 'current' }, 1] }, 0] }, 0] };

/** Over its budget early: what it makes doubles until it is too large. */
const swelling = { reduce: [Array(20).fill(0), { cat: [{ var: 'accumulator' }, { var: 'accumulator' }] }, 'xx'] };

const verdictOf = (check: string, from: EventToMatch, to: CompiledSubscription) => {
  const { matched, verdicts } = explain(from, to);
  expect(wants(from, to)).toBe(matched);
  return { matched, ...verdicts.find((verdict) => verdict.check === check) };
};

describe('explain', () => {
  it('gives every check in the order of judgement', () => {
    const { matched, verdicts } = explain(event(), subscription());
    expect(matched).toBe(true);
    expect(verdicts).toEqual([
      { check: 'publisher_filter', passed: true, reason: 'no_filter' },
      { check: 'selectors', passed: true, reason: 'selector_matched', detail: '/eventTypes' },
      { check: 'subscription_filter', passed: true, reason: 'no_filter' },
      { check: 'permission', passed: true, reason: 'no_permission_required' },
      { check: 'enabled', passed: true, reason: 'enabled' },
      { check: 'not_suspended', passed: true, reason: 'not_suspended' },
      { check: 'created_before', passed: true, reason: 'created_before_event' },
    ]);
  });

  it('goes on after a failure, so that people see everything that is in the way', () => {
    const { matched, verdicts } = explain(
      event(),
      subscription({ selectors: [], enabled: false, suspended: true, createdAtMs: ACCEPTED_MS + 1 }),
    );
    expect(matched).toBe(false);
    expect(verdicts.filter(({ passed }) => !passed).map(({ reason }) => reason)).toEqual([
      'no_selectors',
      'disabled',
      'suspended',
      'created_after_event',
    ]);
  });

  it("lets OS1's example filter pass its own event type and hold back the others", () => {
    const rule = { '===': ['$eventType', 'UserCreatedEvent'] };
    const created = event({ registered: registered(rule, { eventType: 'UserCreatedEvent' }) });
    const updated = event({ registered: registered(rule, { eventType: 'UserUpdatedEvent' }) });
    expect(verdictOf('publisher_filter', created, subscription())).toMatchObject({ matched: true, reason: 'filter_true' });
    expect(verdictOf('publisher_filter', updated, subscription())).toMatchObject({ matched: false, reason: 'filter_false' });
  });

  it('lets a filter read the tree of the event', () => {
    const state = (value: string): EventToMatch => event({ registered: registered({ '===': [{ var: ['event.state'] }, value] }) });
    expect(verdictOf('publisher_filter', state('ACTIVE'), subscription()).matched).toBe(true);
    expect(verdictOf('publisher_filter', state('INACTIVE'), subscription()).matched).toBe(false);
    const paid = subscription({ filter: compileLogic({ '===': [{ var: 'data.state' }, 'paid'] }) });
    expect(verdictOf('subscription_filter', event(), paid)).toMatchObject({ matched: true, reason: 'filter_true' });
    const open = subscription({ filter: compileLogic({ '===': [{ var: 'data.state' }, 'open'] }) });
    expect(verdictOf('subscription_filter', event(), open)).toMatchObject({ matched: false, reason: 'filter_false' });
  });

  it('does not let a subscription filter read dollar variables', () => {
    const filter = compileLogic({ '===': ['$eventType', 'UserCreatedEvent'] });
    const from = event({ registered: registered(null, { eventType: 'UserCreatedEvent' }) });
    expect(verdictOf('subscription_filter', from, subscription({ filter }))).toMatchObject({ matched: false, reason: 'filter_false' });
  });

  it('counts a filter that runs out of its budget as no match, and says so', () => {
    const expected = {
      matched: false,
      passed: false,
      reason: 'filter_budget_exceeded',
      detail: expect.stringContaining('steps') as string,
    };
    expect(verdictOf('subscription_filter', event(), subscription({ filter: compileLogic(heavy) }))).toMatchObject(expected);
    expect(verdictOf('publisher_filter', event({ registered: registered(heavy) }), subscription())).toMatchObject(expected);
  });

  it('counts a filter that fails as no match, and says so', () => {
    const broken = event();
    Object.defineProperty(broken.tree, 'data', { get: () => JSON.parse('{') as unknown });
    const filter = compileLogic({ var: 'data' });
    expect(verdictOf('subscription_filter', broken, subscription({ filter }))).toMatchObject({ matched: false, reason: 'filter_error' });
  });

  it('reads the truth of a filter by the rule of JSON Logic', () => {
    const empty = subscription({ filter: compileLogic({ missing: ['data.state'] }) });
    expect(verdictOf('subscription_filter', event(), empty).matched).toBe(false);
  });

  it('evaluates the publisher filter once, however many subscriptions ask', () => {
    const from = event({ registered: registered({ var: 'data.state' }) });
    let reads = 0;
    Object.defineProperty(from.tree, 'data', { get: () => ((reads += 1), { state: 'paid' }) });
    expect([1, 2, 3].map((id) => wants(from, subscription({ id: `sub_${id}` })))).toEqual([true, true, true]);
    expect(reads).toBe(1);
  });

  it('says at which field each selector failed', () => {
    const selectors = compileSelectors({ eventTypes: ['order.*'], topics: [{ resourceType: 'entry' }, { language: ['fr-fr'] }] });
    expect(verdictOf('selectors', event(), subscription({ selectors }))).toMatchObject({
      matched: false,
      reason: 'no_selector_matched',
      detail:
        '/eventTypes: type is UserCreatedEvent, asked for order.*; /topics/0: resourceType is user, asked for entry; /topics/1: language is absent, asked for fr-fr',
    });
  });

  it('keeps that short when there are many', () => {
    const topics = Array.from({ length: 100 }, (_, i) => ({ id: Array.from({ length: 100 }, (__, j) => `${i}-${j}`) }));
    const { detail } = verdictOf('selectors', event(), subscription({ selectors: compileSelectors({ topics }) }));
    expect(detail).toMatch(/0-0 \| 0-1 \| 0-2 \| 0-3 \| 0-4 \| … \(100\)/);
    expect(detail).toMatch(/; and 95 more$/);
  });

  it.each([
    ['any', ['a', 'b'], ['b'], true, 'permission_held'],
    ['any', ['a', 'b'], ['c'], false, 'permission_missing'],
    ['all', ['a', 'b'], ['b', 'a'], true, 'permission_held'],
    ['all', ['a', 'b'], ['b'], false, 'permission_missing'],
    ['all', ['a'], ['A'], false, 'permission_missing'],
    ['any', [], [], true, 'no_permission_required'],
    ['all', [], [], true, 'no_permission_required'],
  ] as const)('asks for %s of %j, and %j are held: %s', (match, permissions, heldPermissions, matched, reason) => {
    const from = event({ appPermissions: { match, permissions: [...permissions] } });
    expect(verdictOf('permission', from, subscription({ heldPermissions }))).toMatchObject({ matched, passed: matched, reason });
  });

  it('names the permissions that are missing', () => {
    const from = event({ appPermissions: { match: 'all', permissions: ['a', 'b'] } });
    expect(verdictOf('permission', from, subscription({ heldPermissions: ['a'] })).detail).toBe('needs all of b');
  });

  it.each([
    [ACCEPTED_MS - 1, true],
    [ACCEPTED_MS, true],
    [ACCEPTED_MS + 0.9, true],
    [ACCEPTED_MS + 1, false],
  ])('compares the millisecond of creation %d with that of the event: %s', (createdAtMs, matched) => {
    expect(verdictOf('created_before', event(), subscription({ createdAtMs })).matched).toBe(matched);
  });

  it('will not bring two tenants together', () => {
    const other = subscription({ tenantId: 'other' });
    expect(() => explain(event(), other)).toThrow('another tenant');
    expect(() => wants(event(), other)).toThrow('another tenant');
  });
});

const type = fc.constantFrom('order.created', 'ORDER.created', 'order.updated', 'user', 'UserCreatedEvent');
const pattern = fc.constantFrom('order.created', 'Order.Created', 'order.*', '*', 'user', 'usercreatedevent', '*.updated');
const names = fc.subarray(['order.created', 'user', 'created']);
const rule = fc.constantFrom(null, true, false, { var: 'data.state' }, { var: 'absent' }, swelling, { missing: ['data.state'] });

const anyEvent = fc
  .record({ type, app: fc.constantFrom(null, 'app:1'), rule, permissions: fc.subarray(['a', 'b']), match: fc.constantFrom('any', 'all') })
  .map(({ rule: filter, permissions, match, ...names_ }) =>
    event({ ...names_, registered: registered(filter), appPermissions: { permissions, match } }),
  );

const anySubscription = fc
  .record({
    eventTypes: fc.array(pattern, { maxLength: 2 }),
    topics: fc.array(fc.record({ resourceType: fc.constantFrom('user', 'entry'), event: names }), { maxLength: 1 }),
    sources: fc.array(fc.record({ app: fc.constantFrom('app:1', 'app:2'), events: names }), { maxLength: 1 }),
    rule,
    enabled: fc.boolean(),
    suspended: fc.boolean(),
    createdAtMs: fc.constantFrom(ACCEPTED_MS - 1, ACCEPTED_MS, ACCEPTED_MS + 1),
    heldPermissions: fc.subarray(['a', 'b']),
  })
  .map(({ eventTypes, topics, sources, rule: filter, ...rest }) =>
    subscription({
      ...rest,
      selectors: compileSelectors({ eventTypes, topics, sources }),
      filter: filter === null ? null : compileLogic(filter),
    }),
  );

describe('wants', () => {
  it('always agrees with explain, which matches only when all seven checks pass', () => {
    fc.assert(
      fc.property(anyEvent, anySubscription, (from, to) => {
        const { matched, verdicts } = explain(from, to);
        expect(verdicts.map(({ check }) => check)).toEqual(CHECKS);
        expect(matched).toBe(verdicts.every(({ passed }) => passed));
        expect(wants({ ...from }, to)).toBe(matched);
      }),
      { numRuns: 400 },
    );
  });

  it('does not evaluate filters for a subscription that is disabled', () => {
    const from = event({ registered: registered({ var: 'data.state' }) });
    let reads = 0;
    Object.defineProperty(from.tree, 'data', { get: () => ((reads += 1), { state: 'paid' }) });
    expect(wants(from, subscription({ enabled: false }))).toBe(false);
    expect(reads).toBe(0);
    expect(wants(from, subscription())).toBe(true);
    expect(reads).toBe(1);
  });
});

describe('the index by type', () => {
  it('offers every subscription that wants the event, and each once', () => {
    fc.assert(
      fc.property(fc.array(anySubscription, { maxLength: 20 }), anyEvent, (subscriptions, from) => {
        const offered = candidates(indexByType(subscriptions), from.stored.type);
        expect(new Set(offered).size).toBe(offered.length);
        for (const to of subscriptions) if (wants(from, to)) expect(offered).toContain(to);
      }),
      { numRuns: 200 },
    );
  });

  it('offers only those that name the type, of ten thousand that name another each', () => {
    const exact = Array.from({ length: 10_000 }, (_, i) =>
      subscription({ id: `sub_${i}`, selectors: compileSelectors({ eventTypes: [`Type-${i}`, `type-${i}`, `other.${i}`] }) }),
    );
    const wild = subscription({ id: 'wild', selectors: compileSelectors({ eventTypes: ['exact', 'type-*'] }) });
    const index = indexByType([...exact, wild]);
    expect(candidates(index, 'TYPE-77').map(({ id }) => id)).toEqual(['sub_77', 'wild']);
    expect(candidates(index, 'constructor').map(({ id }) => id)).toEqual(['wild']);
  });

  it('offers whatever asks by topic or source for every type, and nothing that asks for nothing', () => {
    const byTopic = subscription({ id: 'topic', selectors: compileSelectors({ eventTypes: ['a'], topics: [{ event: ['b'] }] }) });
    const bySource = subscription({ id: 'source', selectors: compileSelectors({ sources: [{ app: 'app:1' }] }) });
    const nothing = subscription({ id: 'nothing', selectors: [] });
    expect(candidates(indexByType([byTopic, bySource, nothing]), 'z').map(({ id }) => id)).toEqual(['topic', 'source']);
  });
});
