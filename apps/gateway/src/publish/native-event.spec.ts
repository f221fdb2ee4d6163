import fc from 'fast-check';
import { DomainError, type FieldError } from '#domain/errors.js';
import { scanJson } from '#domain/json/scan.js';
import type { EventFields } from './event-fields.js';
import { isOwnId, readNativeEvent } from './native-event.js';

const read = (text: string): EventFields => {
  const raw = Buffer.from(text);
  return readNativeEvent(raw, scanJson(raw));
};

const faultsOf = (event: unknown): FieldError[] => {
  try {
    read(JSON.stringify(event));
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.errors;
  }
};

const sound = { type: 'order.created', data: {} };

/** Any JSON but the names that every body is refused for. */
const harmlessJson = fc.jsonValue().filter((value) => !/__proto__|constructor/.test(JSON.stringify(value)));

describe('a native event', () => {
  it('keeps the very bytes of its data, the last of repeated members', () => {
    const text = '{ "data" : 1, "type":"a.b" , "data" :\t{"x": 1.0, "x":12345678901234567890, "é":"\\u0000"} }';
    const { dataStart, dataEnd } = read(text);
    expect(Buffer.from(text).subarray(dataStart, dataEnd).toString()).toBe('{"x": 1.0, "x":12345678901234567890, "é":"\\u0000"}');
  });

  it('finds the data’s bytes in any event object', () => {
    fc.assert(
      fc.property(harmlessJson, fc.boolean(), (data, first) => {
        const value = JSON.stringify(data);
        const text = first ? `{"data":${value},"type":"t"}` : `{"type":"t", "user":{"data":"é"}, "data" : ${value} }`;
        const { dataStart, dataEnd } = read(text);
        expect(Buffer.from(text).subarray(dataStart, dataEnd).toString()).toBe(value);
      }),
    );
  });

  it('is read whole', () => {
    const given = {
      ...sound,
      id: 'a:b_c-1',
      app: 'app:x',
      topic: 'orders',
      occurredAt: '2026-01-01T00:00:00Z',
      resource: { type: 'order', id: 42 },
    };
    expect(read(JSON.stringify(given))).toMatchObject({
      ownId: 'a:b_c-1',
      type: 'order.created',
      topic: 'orders',
      app: 'app:x',
      resourceType: 'order',
      resourceId: '42',
      occurredAt: '2026-01-01T00:00:00Z',
      repeatKey: null,
    });
  });

  it('takes null for absent', () => {
    const nothing = { id: null, app: null, topic: null, occurredAt: null, resource: null, event: null, user: null };
    expect(read(JSON.stringify({ ...sound, data: null, ...nothing }))).toMatchObject({ ownId: null, topic: null, resourceId: null });
  });

  it.each([
    ['type', undefined, 'required'],
    ['type', 'a..b', 'event_type_invalid'],
    ['type', 5, 'event_type_invalid'],
    ['data', undefined, 'required'],
    ['id', 'with.dot', 'event_id_invalid'],
    ['id', '', 'event_id_invalid'],
    ['id', 'evt_01ARYZ6S41XR7KT3TYPFTT39XD', 'event_id_invalid'],
    ['topic', 'a b', 'invalid_topic'],
    ['app', 'a\u0000b', 'invalid_type'],
    ['app', '\ud800', 'invalid_type'],
    ['occurredAt', '2026-01-01', 'invalid_date'],
    ['resource', [], 'invalid_type'],
    ['resource', { id: { nested: 1 } }, 'invalid_type'],
    ['user', 'ann', 'invalid_type'],
    ['event', 'created', 'invalid_type'],
    ['tenantId', 'ten_x', 'unknown_field'],
  ])('is refused with %s = %j', (name, value, code) => {
    expect(faultsOf({ ...sound, [name]: value })).toEqual([expect.objectContaining({ path: `/${name}`, code })]);
  });

  it('names the request it came of, unless that is nothing to search for', () => {
    const requestIdOf = (event: unknown) => read(JSON.stringify({ ...sound, event })).requestId;
    expect(requestIdOf({ name: 'created', requestId: 'r-1' })).toBe('r-1');
    for (const event of [undefined, {}, { requestId: 7 }, { requestId: '' }, { requestId: 'a\u0000b' }, { requestId: 'x'.repeat(257) }]) {
      expect(requestIdOf(event)).toBeNull();
    }
  });

  it('tells all its faults at once', () => {
    expect(
      faultsOf({ type: '', id: 'a.b', more: 1 })
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['/data', '/id', '/more', '/type']);
  });

  it('is an object', () => {
    for (const other of [null, 1, 'x', []]) expect(faultsOf(other)).toEqual([expect.objectContaining({ path: '', code: 'invalid_type' })]);
  });

  it('never has an id with a dot or one that looks like ours', () => {
    fc.assert(fc.property(fc.string(), (id) => expect(isOwnId(id) && (id.includes('.') || /^evt_[0-9A-Z]{26}$/.test(id))).toBe(false)));
    expect(isOwnId('evt_mine')).toBe(true);
  });
});
