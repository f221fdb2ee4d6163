import { DomainError } from '#domain/errors.js';
import { scanJson } from '#domain/json/scan.js';
import { readCloudEvent } from './cloud-event.js';
import type { EventFields } from './event-fields.js';

const sound = { specversion: '1.0', id: 'A.1', source: '/shop', type: 'order.created', data: { a: 1 } };

const read = (event: unknown): EventFields => {
  const raw = Buffer.from(JSON.stringify(event));
  return readCloudEvent(raw, scanJson(raw));
};

const faultsOf = (event: unknown): [string, string][] => {
  try {
    read(event);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.errors.map(({ path, code }) => [path, code]);
  }
};

describe('a CloudEvent in structured mode', () => {
  it('is known again by its source and id together, and by nothing else', () => {
    const { repeatKey } = read(sound);
    expect(read({ ...sound, data: 'other', time: '2026-01-01T00:00:00Z' }).repeatKey).toBe(repeatKey);
    expect(read({ ...sound, id: 'A.2' }).repeatKey).not.toBe(repeatKey);
    expect(read({ ...sound, source: '/other' }).repeatKey).not.toBe(repeatKey);
    expect(repeatKey).toMatch(/^ce:[0-9a-f]{64}$/);
  });

  it('is about its subject and happened at its time', () => {
    expect(read({ ...sound, subject: '42', time: '2026-01-01T00:00:00+02:00' })).toMatchObject({
      ownId: null,
      resourceId: '42',
      occurredAt: '2026-01-01T00:00:00+02:00',
    });
  });

  it('delivers the bytes of data, of data_base64, or none', () => {
    const bytesOf = (event: object): string => {
      const { dataStart, dataEnd } = read(event);
      return JSON.stringify(event).slice(dataStart, dataEnd);
    };
    const { data: _, ...without } = sound;
    expect(bytesOf(sound)).toBe('{"a":1}');
    expect(bytesOf({ ...without, data_base64: 'AAE=' })).toBe('"AAE="');
    expect(bytesOf(without)).toBe('');
  });

  it.each([
    ['another version', { specversion: '0.3' }, ['/specversion', 'unsupported_specversion']],
    ['no id', { id: undefined }, ['/id', 'required']],
    ['a number for an id', { id: 5 }, ['/id', 'required']],
    ['no source', { source: '' }, ['/source', 'required']],
    ['a type that is none', { type: 'a b' }, ['/type', 'event_type_invalid']],
    ['a subject that is no text', { subject: 5 }, ['/subject', 'invalid_type']],
    ['a control character in its subject', { subject: 'a\u0000b' }, ['/subject', 'invalid_type']],
    ['a day for a time', { time: '2026-01-01' }, ['/time', 'invalid_date']],
    ['data twice', { data_base64: 'AAE=' }, ['/data_base64', 'conflict']],
    ['an attribute in capitals', { Region: 'eu' }, ['/Region', 'unknown_field']],
  ])('is refused with %s', (_, change, fault) => expect(faultsOf({ ...sound, ...change })).toEqual([fault]));

  it('is an object, and keeps extension attributes', () => {
    expect(faultsOf([sound])).toEqual([['', 'invalid_type']]);
    expect(faultsOf({ ...sound, region: 'eu', traceparent: '00-x' })).toEqual([]);
  });
});
