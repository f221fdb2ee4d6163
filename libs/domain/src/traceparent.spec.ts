import fc from 'fast-check';
import { readTraceparent } from './traceparent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it('goes on as it came, with nothing of its flags but whether it is sampled', () => {
    expect(readTraceparent(`00-${TRACE}-${PARENT}-01`)).toBe(`00-${TRACE}-${PARENT}-01`);
    expect(readTraceparent(`00-${TRACE}-${PARENT}-00`)).toBe(`00-${TRACE}-${PARENT}-00`);
    expect(readTraceparent(`00-${TRACE}-${PARENT}-fe`)).toBe(`00-${TRACE}-${PARENT}-00`);
  });

  it('of a later version is read as far as it is known', () => {
    expect(readTraceparent(`cc-${TRACE}-${PARENT}-01-what-comes-later`)).toBe(`00-${TRACE}-${PARENT}-01`);
    expect(readTraceparent(`cc-${TRACE}-${PARENT}-01`)).toBe(`00-${TRACE}-${PARENT}-01`);
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['of the version that is none', `ff-${TRACE}-${PARENT}-01`],
    ['longer than its version', `00-${TRACE}-${PARENT}-01-more`],
    ['with more digits than its flags have', `cc-${TRACE}-${PARENT}-011`],
    ['in capitals', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['with a trace of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['with a parent of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['too short', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['given twice', `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`],
    ['with a line break', `00-${TRACE}-${PARENT}-01\n`],
  ])('is ignored when it is %s', (_, header) => expect(readTraceparent(header)).toBeNull());

  it('is well-formed whatever was sent', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(readTraceparent(header) ?? `00-${TRACE}-${PARENT}-00`).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
      }),
    );
  });
});
