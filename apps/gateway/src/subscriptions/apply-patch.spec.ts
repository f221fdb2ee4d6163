import { applyPatch, type SubscriptionPatch } from './apply-patch.js';
import type { SubscriptionFields } from './subscription-fields.js';

const fields = (changes: Partial<SubscriptionFields> = {}): SubscriptionFields => ({ name: 'n', url: 'https://e.example.com', ...changes });

const patched = (patch: SubscriptionPatch, before: Partial<SubscriptionFields> = {}): SubscriptionFields =>
  applyPatch(fields(before), patch);

describe('a patch', () => {
  it('leaves alone what it does not name', () => {
    const before = fields({
      description: 'd',
      eventTypes: ['a'],
      topics: [{}],
      headers: { A: '1' },
      templates: { t: 1 },
      timeoutMs: 5_000,
      failureHandling: { divert: true },
    });
    expect(applyPatch(before, {})).toMatchObject(before);
  });

  it('has an item in the end that it both removes and adds', () => {
    expect(patched({ addEventTypes: ['a'], removeEventTypes: ['a'] }, { eventTypes: ['a', 'b'] }).eventTypes).toEqual(['b', 'a']);
    expect(patched({ addHeaders: { 'X-A': ['1', '2'] }, removeHeaders: ['x-a'] }, { headers: { 'X-A': '0' } }).headers).toEqual({
      'X-A': ['1', '2'],
    });
    const { failureHandling } = patched(
      { failureHandling: { addTriggers: ['404'], removeTriggers: ['404', '5xx'] } },
      { failureHandling: { triggers: ['404', '5xx'] } },
    );
    expect(failureHandling?.triggers).toEqual(['404']);
  });

  it('removes and adds in what it replaces', () => {
    expect(patched({ eventTypes: ['x', 'y'], removeEventTypes: ['X'], addEventTypes: ['z'] }, { eventTypes: ['a'] }).eventTypes).toEqual([
      'y',
      'z',
    ]);
  });

  it('keeps one of what is added twice, and makes nothing of removing what is not there', () => {
    expect(patched({ addEventTypes: ['A', 'c', 'C'], removeEventTypes: ['zzz'] }, { eventTypes: ['a'] }).eventTypes).toEqual(['a', 'c']);
  });

  it('removes names of headers and event types in any case', () => {
    expect(patched({ removeHeaders: ['AUTHORIZATION'] }, { headers: { authorization: { secret: true }, B: '1' } }).headers).toEqual({
      B: '1',
    });
    expect(patched({ removeEventTypes: ['ORDER.*'] }, { eventTypes: ['order.*'] }).eventTypes).toEqual([]);
  });

  it('merges headers by name in any case, and takes away those it names with null', () => {
    expect(patched({ headers: { 'x-env': 'test', GONE: null } }, { headers: { 'X-Env': 'prod', Gone: '1', Kept: '2' } }).headers).toEqual({
      Kept: '2',
      'x-env': 'test',
    });
  });

  it('merges objects member by member, and takes away members that it names with null', () => {
    const before = {
      metadata: { a: 1, b: { c: null }, d: null },
      templates: { x: 1, y: 2 },
      name: { en: 'n', fr: 'm' },
      tls: { verify: false },
    };
    const after = patched(
      { metadata: { a: null, e: 2 }, templates: { y: null, z: 3 }, name: { fr: 'o' }, signature: { algorithm: 'ed25519' } },
      before,
    );
    expect(after).toMatchObject({
      templates: { x: 1, z: 3 },
      name: { en: 'n', fr: 'o' },
      tls: { verify: false },
      signature: { algorithm: 'ed25519' },
    });
    expect(after.metadata).toEqual({ b: { c: null }, d: null, e: 2 });
    expect(after.templates).not.toHaveProperty('y');
  });

  it('replaces a filter whole: two rules merged would be a third that nobody wrote', () => {
    expect(patched({ filter: { '!': [1] } }, { filter: { '==': [1, 1] } }).filter).toEqual({ '!': [1] });
  });

  it('clears with null what may be empty, and then wants nothing rather than everything', () => {
    const after = patched(
      {
        description: null,
        filter: null,
        headers: null,
        templates: null,
        metadata: null,
        eventTypes: null,
        topics: null,
        sources: null,
        rateLimit: null,
      },
      {
        description: 'd',
        filter: true,
        headers: { A: '1' },
        eventTypes: ['a'],
        topics: [{}],
        sources: [{}],
        rateLimit: { limit: 1, windowSeconds: 1 },
      },
    );
    expect(after).toMatchObject({
      description: null,
      filter: null,
      headers: {},
      templates: null,
      metadata: null,
      eventTypes: [],
      topics: [],
      sources: [],
      rateLimit: null,
    });
  });

  it('merges retry policies of one kind and replaces one of another', () => {
    const before = { failureHandling: { retry: { kind: 'fixed' as const, delaySeconds: 5, maxAttempts: 3 } } };
    const retryAfter = (retry: NonNullable<SubscriptionPatch['failureHandling']>['retry']) =>
      patched({ failureHandling: { retry } }, before).failureHandling?.retry;
    expect(retryAfter({ maxAttempts: 7 })).toEqual({ kind: 'fixed', delaySeconds: 5, maxAttempts: 7 });
    expect(retryAfter({ kind: 'random', minSeconds: 1, maxSeconds: 2, maxAttempts: 2 })).toEqual({
      kind: 'random',
      minSeconds: 1,
      maxSeconds: 2,
      maxAttempts: 2,
    });
    expect(retryAfter(null)).toBeNull();
    expect(retryAfter(undefined)).toEqual(before.failureHandling.retry);
  });

  it('merges an alert endpoint, keeps its stored secrets, and takes it away with null', () => {
    const before = { failureHandling: { divert: true, alertEndpoint: { url: 'https://a.example.com', headers: { A: { secret: true } } } } };
    const alertAfter = (alertEndpoint: NonNullable<SubscriptionPatch['failureHandling']>['alertEndpoint']) =>
      patched({ failureHandling: { alertEndpoint } }, before).failureHandling;
    expect(alertAfter({ headers: { B: '1' } })?.alertEndpoint).toEqual({
      url: 'https://a.example.com',
      headers: { A: { secret: true }, B: '1' },
    });
    expect(alertAfter(null)).toMatchObject({ divert: true, alertEndpoint: null });
  });

  it('hands a policy of the wrong type on to be refused rather than dropping it', () => {
    const before = { failureHandling: { retry: { kind: 'fixed' as const, delaySeconds: 5, maxAttempts: 3 } } };
    const patch = JSON.parse('{"failureHandling":{"retry":5}}') as SubscriptionPatch;
    expect(patched(patch, before).failureHandling?.retry).toBe(5);
  });
});
