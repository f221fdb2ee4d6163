import type { Subscription } from '../api/shapes';
import { EMPTY, isElsewhere, toBody, toDraft, writable } from './draft';

const SAID = {
  name: 'Orders',
  url: 'https://example.com/',
  method: 'PUT',
  eventTypes: ['order.*', 'refund'],
  enabled: false,
  timeoutMs: 2_000,
  headers: { 'X-Key': { secret: true } },
  filter: null,
};
const STATE = {
  id: 'sub_1',
  uuid: 'u',
  locator: 'l',
  number: 1,
  active: false,
  insecure: false,
  suspended: true,
  suspendedAt: '2026-11-21T10:00:00.000Z',
  suspendedReason: 'moved',
  version: { versionNo: '3.0' },
  secret: 'whsec_',
};
const stored = (change: object = {}) => ({ ...SAID, ...STATE, ...change }) as unknown as Subscription;

describe('the draft of a subscription', () => {
  it('says what the subscription says and nothing of its state', () => {
    expect(writable(stored())).toEqual(SAID);
    expect(toBody(toDraft(stored()))).toEqual(SAID);
  });

  it('keeps a name per locale where it was', () => {
    const name = { 'en-GB': 'Orders', de: 'Bestellungen' };
    expect(toBody(toDraft(stored({ name }))).name).toEqual(name);
  });

  it('asks for every event when its event types are taken away, but for one that chooses otherwise', () => {
    const chooser = toDraft(stored({ topics: [], sources: [] }));
    expect(toBody({ ...chooser, eventTypes: ' ' })).not.toHaveProperty('topics');
    const byTopic = toDraft(stored({ eventTypes: [], topics: [{ resourceType: 'entry' }], sources: [] }));
    expect(toBody(byTopic)).toMatchObject({ topics: [{ resourceType: 'entry' }] });
  });

  it('refuses what is no JSON object, and what is said twice', () => {
    expect(() => toBody({ ...EMPTY, rest: '{' })).toThrow('This is no JSON');
    expect(() => toBody({ ...EMPTY, rest: '[]' })).toThrow('object');
    expect(() => toBody({ ...EMPTY, rest: '{"url":"https://other.example/"}' })).toThrow('url');
    expect(() => toBody({ ...EMPTY, name: 'a', rest: '{"name":{"de":"b"}}' })).toThrow('name');
  });

  it('shows a fault beside the control that it is about, any other beside the JSON', () => {
    expect(['/url', '/eventTypes/0', '/headers/X', '', '/urls'].map(isElsewhere)).toEqual([false, false, true, true, true]);
  });
});
