import { DomainError } from '../errors.js';
import { compileLogic } from './compile.js';
import { evaluateLogic } from './evaluate.js';
import { operatorNames } from './operators.js';

const refusal = (rule: unknown): DomainError => {
  try {
    compileLogic(rule);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('the rule was accepted');
};

const nested = (depth: number): unknown => {
  let rule: unknown = true;
  for (let i = 0; i < depth; i++) rule = { '!': [rule] };
  return rule;
};

const either = (operations: number): unknown => ({ or: Array.from({ length: operations }, () => ({ '!': true })) });

describe('compileLogic', () => {
  it('knows exactly the operators of the reference implementation that neither log nor call methods', () => {
    const names =
      'var missing missing_some if ?: == === != !== ! !! or and > >= < <= max min + - * / % in cat substr map filter reduce all none some merge';
    expect(operatorNames().sort()).toEqual(names.split(' ').sort());
  });

  it.each(['method', 'log', 'constructor', 'toString', 'valueOf', '__defineGetter__', 'hasOwnProperty', 'nope', ''])(
    'refuses the operator %j and names it',
    (name) => {
      const error = refusal({ [name]: ['x'] });
      expect(error.code).toBe('filter_unsupported');
      expect(error.message).toContain(JSON.stringify(name));
    },
  );

  it('refuses __proto__ as an operator', () => {
    expect(refusal(JSON.parse('{"__proto__": ["x"]}')).code).toBe('filter_unsupported');
  });

  it('says where in the rule the unknown operator stands', () => {
    const error = refusal({ and: [true, { '/': [{ 'a/b': 1 }] }] });
    expect(error.errors).toEqual([{ path: '/and/1/~1/0/a~1b', code: 'filter_unsupported', message: error.message }]);
  });

  it('does not repeat a long operator name in full', () => {
    expect(refusal({ ['x'.repeat(4000)]: 1 }).message.length).toBeLessThan(120);
  });

  it.each([
    ['an operation with its one operand bare', { '!': false }, true],
    ['an object of two keys, even of operators, as a literal', { '==': [1, 1], '!': 1 }, { '==': [1, 1], '!': 1 }],
    ['an empty object as a literal', {}, {}],
    ['what stands inside a literal object as it is', { a: { nope: 1 }, b: 2 }, { a: { nope: 1 }, b: 2 }],
    ['an array as a list of rules', [1, { '+': [1, 1] }], [1, 2]],
  ])('reads %s', (_, rule, value) => {
    expect(evaluateLogic(compileLogic(rule), {})).toMatchObject({ kind: 'value', value });
  });

  it.each([[undefined], [() => true], [Symbol('x')], [10n], [{ '!': undefined }]])('refuses %p, which is not JSON', (rule) => {
    expect(refusal(rule).code).toBe('filter_unsupported');
  });

  it('keeps its own copy: changing the rule afterwards changes nothing', () => {
    const list = ['a'];
    const logic = compileLogic({ in: ['b', list] });
    list.push('b');
    expect(evaluateLogic(logic, {})).toMatchObject({ value: false });
  });
});

describe('the limits of a rule', () => {
  const accepted: [string, unknown][] = [
    ['64 levels', nested(64)],
    ['1,000 nodes', either(999)],
    ['a string of 4 KiB', 'é'.repeat(2048)],
    ['an array of 1,000 items', { in: [1, Array(1000).fill(0)] }],
    ['64 KiB', [...Array<string>(15).fill('x'.repeat(4096)), 'x'.repeat(65_536 - 15 * 4099 - 4)]],
  ];
  const refused: [string, unknown][] = [
    ['65 levels', nested(65)],
    ['20,000 levels', nested(20_000)],
    ['20,000 levels of arrays', JSON.parse('['.repeat(5000) + ']'.repeat(5000))],
    ['1,001 nodes', either(1000)],
    ['a string of 4 KiB and one byte', `${'é'.repeat(2048)}x`],
    ['a long key in a literal', { ['x'.repeat(4097)]: 1, b: 2 }],
    ['an array of 1,001 items', { in: [1, Array(1001).fill(0)] }],
    ['1,001 operands', { and: Array(1001).fill(true) }],
    ['a literal of 1,001 members', Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, 0]))],
    ['64 KiB and one byte', [...Array<string>(15).fill('x'.repeat(4096)), 'x'.repeat(65_536 - 15 * 4099 - 3)]],
    ['64 KiB of escapes', Array(20).fill('\n'.repeat(2000))],
    ['1 MB', Array(1000).fill('x'.repeat(1000))],
  ];

  it.each(accepted)('accept %s', (_, rule) => {
    expect(() => compileLogic(rule)).not.toThrow();
  });

  it.each(refused)('refuse %s as too complex', (_, rule) => {
    expect(refusal(rule).code).toBe('filter_too_complex');
  });
});

describe('dollar variables', () => {
  const variables = { eventType: 'UserCreatedEvent', event: { State: 'ACTIVE' }, constructorless: 1 };
  const evaluate = (rule: unknown, data: unknown = {}): unknown => {
    const result = evaluateLogic(compileLogic(rule, { dollarVariables: true }), data, { variables });
    return result.kind === 'value' ? result.value : result.code;
  };

  it("make OS1's own example hold for its event type and no other", () => {
    expect(evaluate({ '===': ['$eventType', 'UserCreatedEvent'] })).toBe(true);
    expect(evaluate({ '===': ['$eventType', 'UserUpdatedEvent'] })).toBe(false);
  });

  it.each([
    ['whatever their case', '$eventtype', 'UserCreatedEvent'],
    ['down a dotted path', '$Event.state', 'ACTIVE'],
    ['as null when they are absent', '$nothing', null],
    ['by own names only', '$constructor', null],
    ['not through the prototype', '$__proto__.constructor', null],
    ['not where a name would be empty', '$event..State', null],
    ['inside lists', ['$eventType'], ['UserCreatedEvent']],
    ['unless the dollar is doubled, which stands for one', '$$eventType', '$eventType'],
    ['unless there are three dollars, which stand for two', '$$$eventType', '$$eventType'],
    ['unless what follows is no name', '$5.00', '$5.00'],
    ['and leave other dollars alone', '$$5', '$$5'],
  ])('are read %s', (_, rule, value) => {
    expect(evaluate(rule)).toEqual(value);
  });

  it('are not read in the name of a datum', () => {
    expect(evaluate({ var: '$eventType' }, { $eventType: 'sent by the publisher' })).toBe('sent by the publisher');
    expect(evaluate({ missing: ['$eventType'] })).toEqual(['$eventType']);
  });

  it('are still there inside map, filter and reduce', () => {
    expect(evaluate({ map: [[1, 2], '$eventType'] })).toEqual(['UserCreatedEvent', 'UserCreatedEvent']);
  });

  it('are plain text without the option', () => {
    const logic = compileLogic({ '===': ['$eventType', 'UserCreatedEvent'] });
    expect(evaluateLogic(logic, {}, { variables })).toMatchObject({ value: false });
    expect(evaluateLogic(compileLogic('$$x'), {})).toMatchObject({ value: '$$x' });
  });
});
