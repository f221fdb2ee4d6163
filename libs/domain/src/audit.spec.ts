import { changedFields } from './audit.js';

describe('what an audit entry tells of a change', () => {
  it('is the names of the members that differ, and no value', () => {
    const before = { url: 'https://a/', name: 'n', gone: 1, list: [1, { a: 1 }] };
    const after = { url: 'https://b/?token=secret', name: 'n', list: [1, { a: 2 }], made: null };
    expect(changedFields(before, after)).toEqual(['gone', 'list', 'made', 'url']);
  });

  it('names the member within a member where that is what matters', () => {
    const before = { tls: { verify: true }, signature: { style: 'standard', algorithm: 'ed25519' }, metadata: { a: 1 } };
    const after = { tls: { verify: false }, signature: { style: 'none', algorithm: 'ed25519' }, metadata: { a: 2 } };
    expect(changedFields(before, after)).toEqual(['metadata', 'signature.style', 'tls.verify']);
    expect(changedFields({ tls: null }, { tls: { verify: false } })).toEqual(['tls']);
  });

  it('is nothing where two things say the same, in whatever order', () => {
    expect(changedFields({ a: { x: 1, y: [2] }, b: undefined }, { a: { y: [2], x: 1 } })).toEqual([]);
    expect(changedFields({ a: [1, 2] }, { a: [2, 1] })).toEqual(['a']);
    expect(changedFields({ a: [] }, { a: {} })).toEqual(['a']);
  });
});
