import { readPrecondition, requirePrecondition } from './precondition.js';

const holds = (stored: number, ifMatch?: string, versionNo?: string) => readPrecondition(ifMatch, versionNo)?.(stored) ?? null;

describe('the version that a change is made for', () => {
  it.each([
    ['"3"', undefined, true],
    ['"2", "3"', undefined, true],
    ['*', undefined, true],
    [undefined, '3.0', true],
    ['"3"', '3.0', true],
    ['"2"', undefined, false],
    ['3', undefined, false],
    ['W/"3"', undefined, false],
    ['', undefined, false],
    [undefined, '2.0', false],
    ['"3"', '2.0', false],
    ['"2"', '3.0', false],
  ])('If-Match %s with versionNo %s against version 3: %s', (ifMatch, versionNo, expected) => {
    expect(holds(3, ifMatch, versionNo)).toBe(expected);
  });

  it('asks nothing when it is not given, and is asked for where it has to be', () => {
    expect(readPrecondition(undefined, undefined)).toBeNull();
    expect(() => requirePrecondition(null)).toThrow(expect.objectContaining({ code: 'precondition_required' }));
  });
});
