import fc from 'fast-check';
import type { DomainError } from './errors.js';
import type { EventTree } from './event.js';
import { LIMITS } from './limits.js';
import { compileOrderKey, orderKeyOf } from './order-key.js';

const tree = (resource: unknown): EventTree => ({
  event: { id: 'e', name: 'n', type: 't', topic: null, timestamp: '2026-01-01T00:00:00Z' },
  resource,
  user: null,
  data: null,
});
const keyOf = (value: unknown): string | null => orderKeyOf(compileOrderKey('/resource/id'), tree({ id: value }));

describe('the key that deliveries are ordered by', () => {
  it('is the same for the same value, another for another, and none for null or nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        if (a === null) expect(keyOf(a)).toBeNull();
        else {
          expect(keyOf(a)).toMatch(/^[0-9a-f]{32}$/);
          expect(keyOf(a) === keyOf(b)).toBe(isSame);
        }
      }),
    );
    expect(orderKeyOf(compileOrderKey('/resource/id'), tree({}))).toBeNull();
    expect(orderKeyOf(compileOrderKey('/resource/constructorName'), tree('text'))).toBeNull();
  });

  it.each(['/resource/id', '/event/type', '/data/a~1b', '/user/0'])('may be at %s', (key) => {
    expect(() => compileOrderKey(key)).not.toThrow();
  });

  it.each([
    ['', 'order_key_invalid'],
    ['/', 'order_key_invalid'],
    ['resource/id', 'order_key_invalid'],
    ['{/resource/id}', 'order_key_invalid'],
    ['/a}{/b', 'order_key_invalid'],
    ['/a~2', 'template_invalid_pointer'],
    ['/__proto__/x', 'template_forbidden_name'],
    [`/${'x'.repeat(LIMITS.orderKeyChars.max)}`, 'order_key_invalid'],
  ])('may not be at %j', (key, code) => {
    expect(() => compileOrderKey(key)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ path: '', code })] }) as DomainError,
    );
  });

  it(`may have ${LIMITS.orderKeyChars.max} characters`, () => {
    expect(() => compileOrderKey(`/${'x'.repeat(LIMITS.orderKeyChars.max - 1)}`)).not.toThrow();
  });
});
