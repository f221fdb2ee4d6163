import { SubscriptionEntity } from '#store/entities/subscription.entity.js';
import type { SubscriptionFields } from './subscription-fields.js';
import { toDraft } from './to-draft.js';
import { toFields, toNative } from './to-native.js';

/** Every member that a client may write, none at its default. */
const WHOLE = {
  name: { 'en-GB': 'Orders' },
  description: 'd',
  url: 'https://erp.example.com/hooks/{/resource/id}',
  method: 'PUT',
  eventTypes: ['order.*'],
  topics: [{ resourceType: 'entry', event: ['updated'], owner: 't.durden', workflowEvent: [] }],
  sources: [{ app: 'app:1', topic: 'participant', events: ['UserCreated'] }],
  filter: { '===': [{ var: 'data.state' }, 'paid'] },
  headers: { 'X-Env': 'prod', 'X-Many': ['a', 'b'], Authorization: { secret: true } },
  templates: { 'entry.news': { id: '{/resource/sys/id}' }, '*': '{/}' },
  format: 'whisperer',
  signature: { style: 'standard', algorithm: 'ed25519', tag: null },
  tls: { verify: false, ca: null, clientCertificate: null },
  endpointCheck: true,
  failureHandling: {
    triggers: ['5xx'],
    retry: { kind: 'fixed', delaySeconds: 5, maxAttempts: 3 },
    alertEndpoint: { url: 'https://alerts.example.com', headers: { 'X-Key': { secret: true } } },
    divert: true,
    suspend: true,
  },
  timeoutMs: 2_000,
  maxConcurrency: 8,
  rateLimit: { limit: 100, windowSeconds: 1 },
  enabled: false,
  metadata: { team: 'erp' },
} satisfies SubscriptionFields;

function rowOf(changes: Partial<SubscriptionEntity> = {}): SubscriptionEntity {
  const { spec, enabled } = toDraft({ name: 'n', url: 'https://e.example.com' });
  return Object.assign(new SubscriptionEntity(), {
    id: '01a20016-1e35-70c5-b752-dd9a72ee3ba7',
    number: '7',
    spec,
    enabled,
    secretHeaders: {},
    suspendedAt: null,
    suspendedReason: null,
    versionNo: 3,
    createdAt: new Date(0),
    createdBy: 'a',
    modifiedAt: new Date(1_000),
    modifiedBy: 'b',
    ...changes,
  });
}

describe('a subscription in the native spelling', () => {
  it('comes back as it was written, member by member', () => {
    expect(toFields(toDraft(WHOLE))).toEqual(WHOLE);
  });

  it('says the same again when what was read is written back', () => {
    const { spec, enabled } = toDraft({ name: 'n', url: 'https://e.example.com', topics: [{}] });
    expect(toDraft(toFields({ spec, enabled }))).toEqual({ spec, enabled });
  });

  it('takes one line of a header in any of its forms', () => {
    const { spec } = toDraft({
      name: 'n',
      url: 'u',
      headers: { A: '1', B: ['1'], C: { value: '1' }, D: { value: ['1', '2'], secret: false }, E: { value: 's', secret: true } },
    });
    expect(spec.headers.map(({ values }) => values)).toEqual([['1'], ['1'], ['1'], ['1', '2'], ['s']]);
    expect(toFields({ spec, enabled: true }).headers).toEqual({ A: '1', B: '1', C: '1', D: ['1', '2'], E: { secret: true } });
  });

  it('never shows the value of a secret header, and no header without a value', () => {
    const { spec } = toDraft({ name: 'n', url: 'u', headers: { A: { value: 'canary', secret: true }, B: [] } });
    const shown = toNative(rowOf({ spec }));
    expect(shown.headers).toEqual({ A: { secret: true } });
    expect(JSON.stringify(shown)).not.toContain('canary');
  });

  it('goes by four names and counts versions as 1.0, 2.0', () => {
    expect(toNative(rowOf())).toMatchObject({
      id: 'sub_01M801C7HNE32VEMPXK9SEWEX7',
      uuid: '01a20016-1e35-70c5-b752-dd9a72ee3ba7',
      locator: '01M801C7HNE32VEMPXK9SEWEX7',
      number: 7,
      version: {
        createdBy: 'a',
        created: '1970-01-01T00:00:00.000Z',
        modifiedBy: 'b',
        modified: '1970-01-01T00:00:01.000Z',
        versionNo: '3.0',
      },
    });
  });

  it('is active while it is enabled and not suspended', () => {
    const states = [rowOf(), rowOf({ enabled: false }), rowOf({ suspendedAt: new Date(0), suspendedReason: 'why' })].map((row) =>
      toNative(row),
    );
    expect(
      states.map(({ active, suspended, suspendedAt, suspendedReason }) => ({ active, suspended, suspendedAt, suspendedReason })),
    ).toEqual([
      { active: true, suspended: false, suspendedAt: null, suspendedReason: null },
      { active: false, suspended: false, suspendedAt: null, suspendedReason: null },
      { active: false, suspended: true, suspendedAt: '1970-01-01T00:00:00.000Z', suspendedReason: 'why' },
    ]);
  });

  it('holds the signing secret only where it is handed one', () => {
    expect(toNative(rowOf())).not.toHaveProperty('secret');
    expect(toNative(rowOf(), 'whsec_x')).toHaveProperty('secret', 'whsec_x');
  });
});

describe('a subscription of which little is said', () => {
  it('wants every event when it names no event types, topics or sources, and only then', () => {
    const typesOf = (fields: Partial<SubscriptionFields>) => toDraft({ name: 'n', url: 'u', ...fields }).spec.eventTypes;
    expect(typesOf({})).toEqual(['*']);
    expect(typesOf({ eventTypes: null, topics: null })).toEqual(['*']);
    expect(typesOf({ topics: [{ resourceType: 'entry' }] })).toEqual([]);
    expect(typesOf({ sources: [{ topic: 't' }] })).toEqual([]);
    expect(typesOf({ eventTypes: [] })).toEqual([]);
  });

  it('takes the stated defaults', () => {
    expect(toDraft({ name: 'n', url: 'u' })).toMatchObject({
      enabled: true,
      spec: {
        description: null,
        method: 'POST',
        timeoutMs: 15_000,
        signature: { style: 'standard', algorithm: 'hmac-sha256' },
        tls: { verify: true },
        failureHandling: {
          triggers: ['4xx', '5xx', 'timeout', 'network'],
          retry: { kind: 'schedule', maxAttempts: 10 },
          alertEndpoint: null,
          divert: false,
          suspend: false,
        },
        maxConcurrency: null,
        rateLimit: null,
        filter: null,
        headers: [],
        templates: {},
        metadata: {},
      },
    });
  });

  it('fills in each absent member of failure handling, and takes a null retry for one attempt', () => {
    const handling = (failureHandling: SubscriptionFields['failureHandling']) =>
      toDraft({ name: 'n', url: 'u', failureHandling }).spec.failureHandling;
    expect(handling({ divert: true })).toMatchObject({ divert: true, suspend: false, retry: { kind: 'schedule' } });
    expect(handling({ retry: null }).retry).toBeNull();
  });
});
