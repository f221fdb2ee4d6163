import { LIMITS } from '#domain/limits.js';
import type { EventFields } from './event-fields.js';
import { toNewEvent } from './new-event.js';

const fields = (over: Partial<EventFields> = {}): EventFields => ({
  ownId: null,
  repeatKey: null,
  type: 't',
  topic: null,
  app: null,
  resourceType: null,
  resourceId: null,
  requestId: null,
  occurredAt: null,
  dataStart: 0,
  dataEnd: 1,
  ...over,
});
const raw = Buffer.from('{}');

describe('an event about to be stored', () => {
  it('is known again by its own id, else by the header, else by what its format offers', () => {
    expect(toNewEvent('t', raw, fields({ ownId: 'mine', repeatKey: 'ce' }), null)).toMatchObject({ ownId: 'mine', idempotencyKey: null });
    expect(toNewEvent('t', raw, fields({ repeatKey: 'ce' }), 'header')).toMatchObject({ ownId: null, idempotencyKey: 'header' });
    expect(toNewEvent('t', raw, fields({ repeatKey: 'ce' }), null)).toMatchObject({ idempotencyKey: 'ce' });
    expect(toNewEvent('t', raw, fields(), null)).toMatchObject({ ownId: null, idempotencyKey: null });
  });

  it('is refused when the header contradicts its own id', () => {
    expect(toNewEvent('t', raw, fields({ ownId: 'mine' }), 'mine').ownId).toBe('mine');
    expect(() => toNewEvent('t', raw, fields({ ownId: 'mine' }), 'other')).toThrow(
      expect.objectContaining({ code: 'idempotency_key_conflict' }),
    );
  });

  it('has the fingerprint of its bytes', () => {
    const [one, same, other] = ['{}', '{}', '{ }'].map((text) => toNewEvent('t', Buffer.from(text), fields(), null));
    expect(one!.fingerprint).toEqual(same!.fingerprint);
    expect(one!.fingerprint).not.toEqual(other!.fingerprint);
    expect(one!.uuid).not.toBe(same!.uuid);
  });

  it('has at most as many bytes as the limit says', () => {
    const { max } = LIMITS.eventBodyBytes;
    expect(toNewEvent('t', Buffer.alloc(max), fields(), null).raw).toHaveLength(max);
    expect(() => toNewEvent('t', Buffer.alloc(max + 1), fields(), null)).toThrow(expect.objectContaining({ code: 'payload_too_large' }));
  });
});
