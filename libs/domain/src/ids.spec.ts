import fc from 'fast-check';
import { deliveryUuid, formatId, isUuid, parseId, timeOf, ulidOf, uuidOf } from './ids.js';

const uuids = fc.uuid();
const timed = fc.uuid({ version: 7 });

describe('an id', () => {
  it('is one value in three spellings: uuid, ULID and prefixed ULID', () => {
    fc.assert(
      fc.property(uuids, (uuid) => {
        expect(uuidOf(ulidOf(uuid))).toBe(uuid);
        expect(parseId('sub', formatId('sub', uuid))).toBe(uuid);
      }),
    );
  });

  it('spells ULIDs as the specification does', () => {
    expect(ulidOf('ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
    expect(ulidOf('01563df3-6481-ee0f-3d0f-5eb3f5a1a7ad')).toBe('01ARYZ6S41XR7KT3TYPFTT39XD');
  });

  it('sorts as text like the uuid it stands for', () => {
    fc.assert(fc.property(uuids, uuids, (a, b) => expect(ulidOf(a) < ulidOf(b)).toBe(a < b)));
  });

  it('is read with its own prefix only', () => {
    fc.assert(fc.property(uuids, (uuid) => expect(parseId('evt', formatId('sub', uuid))).toBeNull()));
  });

  it.each([
    ['more than 128 bits', '8ZZZZZZZZZZZZZZZZZZZZZZZZZ'],
    ['lower case', '01aryz6s41xr7kt3typftt39xd'],
    ['a letter that looks like a digit', '01ARYZ6S41XR7KT3TYPFTT39XO'],
    ['a letter too few', '01ARYZ6S41XR7KT3TYPFTT39X'],
    ['a letter too many', '01ARYZ6S41XR7KT3TYPFTT39XD0'],
    ['a line break at the end', '01ARYZ6S41XR7KT3TYPFTT39XD\n'],
    ['nothing', ''],
  ])('is not read from %s', (_, ulid) => {
    expect(uuidOf(ulid)).toBeNull();
    expect(parseId('sub', `sub_${ulid}`)).toBeNull();
  });

  it('is never anything but null or a uuid, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(uuidOf(text) === null || isUuid(uuidOf(text)!)).toBe(true)));
  });
});

describe('the id of a delivery', () => {
  it('is the same whenever it is derived', () => {
    fc.assert(
      fc.property(timed, timed, (event, subscription) => expect(deliveryUuid(event, subscription)).toBe(deliveryUuid(event, subscription))),
    );
  });

  it('keeps the time of its event, to the millisecond, so that both live in one partition', () => {
    fc.assert(
      fc.property(timed, timed, (event, subscription) => {
        const uuid = deliveryUuid(event, subscription);
        expect(timeOf(uuid)).toBe(timeOf(event));
        expect(uuid.slice(0, 13)).toBe(event.slice(0, 13));
      }),
    );
  });

  it('is a well-formed uuid of version 7', () => {
    const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    fc.assert(fc.property(timed, timed, (event, subscription) => expect(deliveryUuid(event, subscription)).toMatch(version7)));
  });

  it('differs for another subscription and for another event of the same millisecond', () => {
    fc.assert(
      fc.property(timed, timed, timed, (event, one, other) => {
        fc.pre(one !== other);
        const twin = `${event.slice(0, -1)}${event.endsWith('0') ? '1' : '0'}`;
        expect(new Set([deliveryUuid(event, one), deliveryUuid(event, other), deliveryUuid(twin, one)]).size).toBe(3);
      }),
    );
  });

  it('reads the milliseconds since 1970 out of a time-ordered uuid', () => {
    expect(timeOf('019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f')).toBe(0x019aa63d0361);
  });
});
