import fc from 'fast-check';
import { findInvalidText } from './invalid-text.js';
import { scanJson } from './scan.js';

describe('findInvalidText', () => {
  it('finds nothing in text that can be stored', () => {
    expect(findInvalidText({ a: ['x', 1, null, true, '😀 é \u0001'], 'b/c': {} })).toBeNull();
  });

  it.each([
    ['x\0', ''],
    [{ a: ['ok', { 'b/c~d': '\ud800' }] }, '/a/1/b~1c~0d'],
    [['\udc00'], '/0'],
    [{ first: { deep: '\0' }, second: '\0' }, '/first/deep'],
  ])('points at the first bad string of %j', (value, path) => {
    expect(findInvalidText(value)).toEqual({ path, code: 'invalid_character' });
  });

  it('points at a bad name without repeating what is wrong with it', () => {
    expect(findInvalidText({ a: { 'x\0\ud800': 1 } })).toEqual({ path: '/a/x\ufffd\ufffd', code: 'invalid_character' });
  });

  it('walks a million levels without a stack of its own', () => {
    let value: unknown = '\0';
    for (let i = 0; i < 1_000_000; i++) value = [value];
    expect(findInvalidText(value)?.path.length).toBe(2_000_000);
  });

  it('agrees with what the scan of the text has seen', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '\0', '\ud83d', '\ude00', '"'), maxLength: 4 });
    fc.assert(
      fc.property(fc.dictionary(texts, fc.array(texts)), (value) => {
        const { hasNul, hasLoneSurrogate } = scanJson(Buffer.from(JSON.stringify(value)));
        expect(findInvalidText(value) !== null).toBe(hasNul || hasLoneSurrogate);
      }),
    );
  });
});
