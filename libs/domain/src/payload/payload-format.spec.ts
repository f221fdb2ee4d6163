import { eventTree, type StoredEvent } from '../event.js';
import { PAYLOAD_FORMATS, type PayloadFormat, renderPayload } from './payload-format.js';

const UUID = '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f';
const DELIVERY = '019aa63d-0361-7000-8000-0000000000ab';

function event(raw: string, over: Partial<StoredEvent> = {}): StoredEvent {
  const at = raw.indexOf('"data":');
  const span = at < 0 ? { dataStart: 0, dataEnd: 0 } : { dataStart: at + 7, dataEnd: raw.length - 1 };
  const instant = '2026-11-21T10:00:00.000Z';
  const base = {
    uuid: UUID,
    id: 'evt_1',
    tenantId: 't',
    type: 'package.created',
    topic: null,
    app: null,
    resourceType: null,
    resourceId: null,
  };
  return { ...base, occurredAt: instant, acceptedAt: instant, raw: Buffer.from(raw), ...span, ...over };
}

const render = (format: PayloadFormat, stored: StoredEvent): string =>
  renderPayload(format, { stored, tree: eventTree(stored), delivery: DELIVERY, subscription: UUID }).toString();

describe('a body that no template makes', () => {
  const odd = '{"type":"package.created","data":{ "b":1.0, "a":12345678901234567890 }}';

  it.each(['standard', 'whisperer', 'socotra'] as const)('as %s holds the publisher’s bytes as they are', (format) => {
    expect(render(format, event(odd))).toContain('{ "b":1.0, "a":12345678901234567890 }');
  });

  it.each(PAYLOAD_FORMATS)('as %s is JSON, with data and without', (format) => {
    expect(() => JSON.parse(render(format, event(odd))) as unknown).not.toThrow();
    expect(() => JSON.parse(render(format, event('{"type":"package.created"}'))) as unknown).not.toThrow();
  });

  it('as whisperer names the hook event by its uuid in hex', () => {
    expect(JSON.parse(render('whisperer', event('{"type":"x","data":{}}')))).toEqual({
      event: { type: 'package.created', uuid: DELIVERY.replaceAll('-', '') },
      payload: {},
    });
  });

  it('as socotra is an EventResponse', () => {
    const raw = '{"type":"x","event":{"requestId":"R"},"user":{"id":"U"},"data":[1]}';
    expect(JSON.parse(render('socotra', event(raw)))).toEqual({
      locator: '01KAK3T0V1FJ6SW3RT5CY4TQKF',
      requestId: 'R',
      userLocator: 'U',
      timestamp: '2026-11-21T10:00:00.000Z',
      type: 'package.created',
      data: [1],
    });
  });

  it('as contensis says what happened, by whom, to what', () => {
    const raw =
      '{"type":"x","event":{"name":"updated"},"user":{"username":"t.durden","firstName":"T"},"resource":{"sys":{"contentTypeId":"blog","language":"fr-FR"},"entryTitle":"Hi"},"data":1}';
    expect(JSON.parse(render('contensis', event(raw, { resourceType: 'entry', resourceId: '7' })))).toEqual({
      eventId: UUID,
      eventName: 'updated',
      subscriptionId: UUID,
      datetime: '2026-11-21T10:00:00.000Z',
      invokedBy: { username: 't.durden', firstName: 'T', lastName: null },
      resource: { id: '7', type: 'entry', projectId: null, contentTypeId: 'blog', title: 'Hi', language: 'fr-FR', url: null },
    });
  });
});
