import fc from 'fast-check';
import { MISSING, resolvePointer } from './resolve.js';

describe('resolvePointer', () => {
  const context = {
    resource: { sys: { id: 'e1' }, 'a.b': 'exact', a: { b: 'split' }, items: [{ id: 0 }, { id: 1 }], nothing: null, Title: 'T' },
    user: { firstName: 'Ann', lastname: 'lower', lastName: 'camel' },
  };

  it.each([
    [['resource', 'sys', 'id'], 'e1'],
    [['resource', 'sys.id'], 'e1'],
    [['resource.sys.id'], 'e1'],
    [['resource', 'a.b'], 'exact'],
    [['resource', 'items', '1', 'id'], 1],
    [['resource', 'items.1.id'], 1],
    [['resource', 'nothing'], null],
    [['user', 'firstname'], 'Ann'],
    [['USER', 'FIRSTNAME'], 'Ann'],
    [['user', 'lastname'], 'lower'],
    [['user', 'lastName'], 'camel'],
    [['resource', 'SYS.ID'], 'e1'],
    [['resource', 'A.B'], 'split'],
  ])('%j leads to %j', (tokens, value) => {
    expect(resolvePointer(tokens, context)).toBe(value);
  });

  it('gives the whole context for no names at all', () => {
    expect(resolvePointer([], context)).toBe(context);
  });

  it.each([
    [['resource', 'none']],
    [['resource', 'sys', 'id', 'more']],
    [['resource', 'nothing', 'more']],
    [['resource', 'items', '2']],
    [['resource', 'items', '-1']],
    [['resource', 'items', '01']],
    [['resource', 'items', 'length']],
    [['resource', 'sys', 'id', 'length']],
    [['resource', 'sys.none']],
    [['user', 'LASTNAME']],
  ])('%j leads nowhere', (tokens) => {
    expect(resolvePointer(tokens, context)).toBe(MISSING);
  });

  it('never leaves the own properties of the data', () => {
    const inherited = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'length', 'at', 'map'];
    for (const name of [...inherited, 'constructor.name', '__PROTO__']) {
      expect(resolvePointer(['resource', name], context)).toBe(MISSING);
      expect(resolvePointer(['resource', 'items', name], context)).toBe(MISSING);
      expect(resolvePointer(['resource', 'sys', 'id', name], context)).toBe(MISSING);
    }
  });

  it('finds every value of any data at its own path', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.jsonValue())), (data) => {
        for (const [outer, members] of Object.entries(data)) {
          for (const [inner, value] of Object.entries(members)) expect(resolvePointer([outer, inner], data)).toBe(value);
        }
      }),
    );
  });
});
