import { eventTree, type StoredEvent } from './event.js';
import { compileRequest, compileSubscription } from './match/compile-subscription.js';
import { standardPayload } from './payload/standard.js';
import { renderRequest } from './render-request.js';
import { defaultFailureHandling, type SubscriptionSpec } from './subscription.js';

const ID = '01a20016-1e35-70c5-b752-dd9a72ee3ba7';

const spec = (changes: Partial<SubscriptionSpec> = {}): SubscriptionSpec => ({
  name: 'Orders to ERP',
  description: null,
  url: 'https://erp.example.com/hooks/{/resource/id}',
  method: 'POST',
  eventTypes: ['*'],
  topics: [],
  sources: [],
  filter: null,
  headers: [],
  templates: {},
  signature: { style: 'standard', algorithm: 'hmac-sha256' },
  tls: { verify: true },
  failureHandling: defaultFailureHandling(),
  timeoutMs: 15_000,
  maxConcurrency: null,
  rateLimit: null,
  metadata: {},
  ...changes,
});

/** `data` and `resource` are JSON as their publisher spelled it. */
function eventOf(data: string, resource = '{"type":"entry","id":"4 2"}') {
  const raw = Buffer.from(`{"type":"order.created","resource":${resource},"data":${data}}`);
  const { type, id } = JSON.parse(resource) as { type?: string; id?: string };
  const dataStart = raw.indexOf(`"data":`) + 7;
  const stored: StoredEvent = {
    uuid: ID,
    id: 'evt_1',
    tenantId: 't',
    type: 'order.created',
    topic: null,
    app: null,
    resourceType: type ?? null,
    resourceId: id ?? null,
    occurredAt: '2026-11-21T10:00:00.000Z',
    acceptedAt: '2026-11-21T10:00:01.000Z',
    raw,
    dataStart,
    dataEnd: raw.length - 1,
  };
  return { stored, tree: eventTree(stored) };
}

const render = (changes: Partial<SubscriptionSpec>, event = eventOf('{}')) => renderRequest(compileRequest(spec(changes), ID), event);

describe('the request of a subscriber', () => {
  it('carries the bytes of data as the publisher spelled them when there is no template', () => {
    const data = '{"price": 1.0, "n":12345678901234567890, "a":1,"a":2, "u":"\\ud800"}';
    const { body, bodySource, contentType } = render({}, eventOf(data));
    expect(body.toString()).toBe(`{"id":"evt_1","type":"order.created","timestamp":"2026-11-21T10:00:00.000Z","data":${data}}`);
    expect({ bodySource, contentType }).toEqual({ bodySource: 'default', contentType: 'application/json' });
  });

  it('has no data member for an event without data', () => {
    const { stored } = eventOf('{}');
    expect(JSON.parse(standardPayload({ stored: { ...stored, dataStart: 0, dataEnd: 0 } }).toString())).toEqual({
      id: 'evt_1',
      type: 'order.created',
      timestamp: '2026-11-21T10:00:00.000Z',
    });
  });

  it('fills in the url and each line of a header, and leaves a header out whose value is missing', () => {
    const headers = [
      { name: 'X-Many', values: ['a', '{/resource/id}'], secret: false },
      { name: 'X-None', values: ['{/resource/nope}'], secret: false },
      { name: 'Authorization', values: [], secret: true },
    ];
    const { url, headers: sent } = render({ headers });
    expect(url).toBe('https://erp.example.com/hooks/4%202');
    expect(sent).toEqual({ 'X-Many': ['a', '4 2'] });
  });

  it('takes the template of the content type before that of the resource type before that of everything', () => {
    const templates = { 'entry.news': { kind: 'news' }, Entry: { kind: 'entry' }, '*': { kind: 'any' } };
    const bodyFor = (resource: string): unknown =>
      JSON.parse(render({ templates, url: 'https://e.example.com' }, eventOf('{}', resource)).body.toString());
    expect(bodyFor('{"type":"entry","sys":{"contentTypeId":"News"}}')).toEqual({ kind: 'news' });
    expect(bodyFor('{"type":"entry","sys":{"contentTypeId":"blog"}}')).toEqual({ kind: 'entry' });
    expect(bodyFor('{"type":"asset"}')).toEqual({ kind: 'any' });
  });

  it('says its charset in the format whose document does, template or not', () => {
    expect(render({ format: 'contensis' }).contentType).toBe('application/json; charset=utf-8');
    expect(render({ format: 'contensis', templates: { entry: {} } }).contentType).toBe('application/json; charset=utf-8');
  });

  it("lets a subscriber's own content type win, and then takes a body that is not JSON", () => {
    const headers = [{ name: 'Content-Type', values: ['application/xml'], secret: false }];
    const { contentType, headers: sent, body, bodySource } = render({ headers, templates: { entry: '<id>{/resource/id}</id>' } });
    expect({ contentType, sent, body: body.toString(), bodySource }).toEqual({
      contentType: 'application/xml',
      sent: {},
      body: '<id>4 2</id>',
      bodySource: 'template',
    });
  });

  it('refuses a body that is not JSON under a JSON content type', () => {
    expect(() => render({ templates: { entry: '<id>{/resource/id}</id>' } })).toThrow(expect.objectContaining({ code: 'template_error' }));
  });

  it('shows templates the subscription by its public id and its name', () => {
    const { body } = render({ name: { 'en-GB': 'Orders' }, templates: { entry: '{/subscription}' } });
    expect(JSON.parse(body.toString())).toEqual({ id: 'sub_01M801C7HNE32VEMPXK9SEWEX7', name: 'Orders' });
  });

  it('repeats the body of an earlier attempt, with url and headers of today', () => {
    const request = compileRequest(
      spec({ templates: { entry: { new: true } }, headers: [{ name: 'X-Env', values: ['prod'], secret: false }] }),
      ID,
    );
    const sent = { body: Buffer.from('{"old":true}'), contentType: 'text/old' };
    expect(renderRequest(request, eventOf('{}'), sent)).toEqual({
      method: 'POST',
      url: 'https://erp.example.com/hooks/4%202',
      headers: { 'X-Env': ['prod'] },
      ...sent,
      bodySource: 'template',
    });
  });
});

describe('compileSubscription', () => {
  const state = { id: ID, tenantId: 't', enabled: true, suspended: false, createdAtMs: 1, heldPermissions: ['read-orders'] };

  it('brings the state that is judged along with what is compiled', () => {
    expect(compileSubscription(spec({ filter: { '==': [1, 1] } }), state)).toMatchObject({
      ...state,
      selectors: [{ origin: '/eventTypes' }],
      filter: { evaluate: expect.any(Function) },
    });
    expect(compileSubscription(spec(), state).filter).toBeNull();
  });

  it('refuses a spec that was never valid', () => {
    expect(() => compileSubscription(spec({ filter: { log: 1 } }), state)).toThrow(expect.objectContaining({ code: 'filter_unsupported' }));
    expect(() => compileSubscription(spec({ url: 'https://{/resource/host}/' }), state)).toThrow(
      expect.objectContaining({ code: 'template_in_authority' }),
    );
  });
});
