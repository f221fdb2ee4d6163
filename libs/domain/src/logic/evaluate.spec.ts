import fc from 'fast-check';
import { isTruthy } from './coercion.js';
import { compileLogic } from './compile.js';
import { evaluateLogic } from './evaluate.js';
import { operatorNames } from './operators.js';

const data = {
  text: 'héllo',
  empty: '',
  zero: 0,
  nothing: null,
  list: [3, 1, 2],
  orders: [
    { sku: 'a', qty: 1 },
    { sku: 'b', qty: 0 },
  ],
  'odd key': 1,
};

const evaluate = (rule: unknown, over: unknown = data): unknown => {
  const result = evaluateLogic(compileLogic(rule), over);
  return result.kind === 'value' ? result.value : result.code;
};

/** Operator, operands, value. Every operator of the whitelist has at least one line (see the last test). */
const TABLE: [operator: string, operands: unknown, value: unknown][] = [
  ['var', 'orders.0.sku', 'a'],
  ['var', 'orders.length', 2],
  ['var', 'text.length', 5],
  ['var', 'text.1', 'é'],
  ['var', 'list.-1', null],
  ['var', 'odd key', 1],
  ['var', ['nothing', 'fallback'], null],
  ['var', ['orders.5.sku', 'fallback'], 'fallback'],
  ['var', ['zero', 'fallback'], 0],
  ['var', [{ a: 1, b: 2 }, 'fallback'], 'fallback'],
  ['missing', ['text', 'empty', 'nothing', 'zero', 'absent'], ['empty', 'nothing', 'absent']],
  ['missing_some', [1, ['absent', 'text']], []],
  ['missing_some', [2, ['absent', 'text']], ['absent']],
  ['missing_some', [1, 'text'], []],
  ['if', [false, 1, true, 2, 3], 2],
  ['if', [], null],
  ['?:', [[], 1, 2], 2],
  ['==', [null, 0], false],
  ['==', ['', 0], true],
  ['==', [[1], '1'], true],
  ['==', [[1, [2, 3]], '1,2,3'], true],
  ['==', [[1], [1]], false],
  ['==', [{ var: 'list' }, { var: 'list' }], true],
  ['==', [true, '1'], true],
  ['==', [[], false], true],
  ['==', [{ var: 'absent' }, null], true],
  ['==', [1], false],
  ['!=', [1, '1'], false],
  ['===', [1, '1'], false],
  ['===', ['a', 'a'], true],
  ['!==', [1, '1'], true],
  ['!', [[]], true],
  ['!', 'x', false],
  ['!!', ['0'], true],
  ['!!', [[]], false],
  ['or', [0, '', 'x', 'y'], 'x'],
  ['or', [], null],
  ['and', [1, [], 'y'], []],
  ['and', [], null],
  ['>', ['b', 'a'], true],
  ['>', ['10', 9], true],
  ['>', ['x', 1], false],
  ['>=', [null, 0], true],
  ['<', [1, 2, 3], true],
  ['<', [1, 3, 2], false],
  ['<', ['10', '9'], true],
  ['<', [{ var: 'absent' }, 1], true],
  ['<=', [1, 1, 1], true],
  ['<=', ['x', 1], false],
  ['max', ['3', 2, null], 3],
  ['min', [3, '2', true], 1],
  ['+', ['3.5', '2 apples'], 5.5],
  ['+', [], 0],
  ['-', ['5', 2], 3],
  ['-', '5', -5],
  ['*', ['2', 3], 6],
  ['*', [], 1],
  ['/', [1, 4], 0.25],
  ['%', [7, 4], 3],
  ['in', ['ell', 'hello'], true],
  ['in', [1, 'a1'], true],
  ['in', [{ var: 'absent' }, 'null'], false],
  ['in', ['', 'a'], true],
  ['in', [1, ['1']], false],
  ['in', [null, [null]], true],
  ['in', ['length', { a: 1, length: 2 }], false],
  ['in', ['a', null], false],
  ['cat', ['a', 1, true, null, [1, [2, null]], { a: 1, b: 2 }], 'a1true1,2,[object Object]'],
  ['cat', [], ''],
  ['substr', ['jsonlogic', -5, 2], 'lo'],
  ['substr', ['jsonlogic', 20], ''],
  ['substr', ['jsonlogic', -20, 4], 'json'],
  ['substr', ['jsonlogic', 5, -5], ''],
  ['substr', [12345, '1', 3], '234'],
  ['substr', [null, 0, 2], ''],
  ['map', [{ var: 'orders' }, { var: 'sku' }], ['a', 'b']],
  ['map', ['no list', 1], []],
  ['map', [[1, 2]], [null, null]],
  ['filter', [{ var: 'orders' }, { var: 'qty' }], [{ sku: 'a', qty: 1 }]],
  ['filter', [null, true], []],
  ['reduce', [{ var: 'list' }, { max: [{ var: 'current' }, { var: 'accumulator' }] }, 0], 3],
  ['reduce', ['no list', 1, 'initial'], 'initial'],
  ['reduce', [[], 1], null],
  ['all', [{ var: 'list' }, { '>': [{ var: '' }, 0] }], true],
  ['all', [[], true], false],
  ['all', [null, true], false],
  ['none', [{ var: 'list' }, { '>': [{ var: '' }, 2] }], false],
  ['none', [[], true], true],
  ['some', [{ var: 'list' }, { '>': [{ var: '' }, 2] }], true],
  ['some', ['abc', true], false],
  ['merge', [[1, [2]], 3, null], [1, [2], 3, null]],
];

describe('evaluateLogic', () => {
  it.each(TABLE)('%s of %j is %j', (operator, operands, value) => {
    expect(evaluate({ [operator]: operands })).toEqual(value);
  });

  it('has every operator in the table above', () => {
    expect([...new Set(TABLE.map(([operator]) => operator))].sort()).toEqual(operatorNames().sort());
  });

  it.each([
    '__proto__',
    '__proto__.constructor.name',
    'constructor',
    'list.constructor',
    'list.map',
    'text.toUpperCase',
    'toString',
    'zero.toFixed',
  ])('sees nothing at %s', (name) => {
    expect(evaluate({ var: name })).toBeNull();
    expect(evaluate({ missing: name })).toEqual([name]);
  });

  it('sees own members whatever their name', () => {
    expect(evaluate({ var: '__proto__.x' }, JSON.parse('{"__proto__": {"x": 1}}'))).toBe(1);
  });

  it('calls no method of the data', () => {
    const trap = JSON.parse('{"toString": 1, "valueOf": 2, "toJSON": 3}') as unknown;
    expect(evaluate({ cat: [{ var: '' }] }, trap)).toBe('[object Object]');
    expect(evaluate({ '==': [{ var: '' }, 1] }, trap)).toBe(false);
  });

  it('evaluates only the branch it needs', () => {
    const bomb = { reduce: [Array(1000).fill(0), { reduce: [Array(1000).fill(0), 1, 0] }, 0] };
    expect(evaluate({ if: [true, 'quick', bomb] })).toBe('quick');
    expect(evaluate({ or: ['quick', bomb] })).toBe('quick');
    expect(evaluate({ and: [0, bomb] })).toBe(0);
  });

  it('reports what goes wrong in the data as filter_error', () => {
    const broken = Object.defineProperty({}, 'a', { enumerable: true, get: () => JSON.parse('{') as unknown });
    expect(evaluateLogic(compileLogic({ var: 'a' }), broken)).toMatchObject({ kind: 'error', code: 'filter_error' });
  });

  it('never throws, never overspends and never changes the data, whatever the rule and the data', () => {
    const names = operatorNames();
    const { rule } = fc.letrec<{ rule: unknown; operation: unknown }>((tie) => ({
      rule: fc.oneof({ maxDepth: 5 }, fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('', 'a', 'a.0'), tie('operation')),
      operation: fc
        .tuple(fc.constantFrom(...names), fc.array(tie('rule'), { maxLength: 4 }))
        .map(([name, operands]) => ({ [name]: operands })),
    }));
    const compiled = (value: unknown): ReturnType<typeof compileLogic> | null => {
      try {
        return compileLogic(value);
      } catch {
        return null;
      }
    };
    fc.assert(
      fc.property(rule, fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue()), (value, over) => {
        const logic = compiled(value);
        fc.pre(logic !== null);
        const before = JSON.stringify(over);
        const first = evaluateLogic(logic, over, { budget: 500 });
        expect(first.steps).toBeLessThanOrEqual(500);
        expect(JSON.stringify(over)).toBe(before);
        expect(evaluateLogic(logic, over, { budget: 500 })).toEqual(first);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a path that is known beforehand', () => {
  const stepsOf = (rule: unknown): number => evaluateLogic(compileLogic(rule), data).steps;

  it.each([
    ['x', 'y'],
    ['a.b', null],
    ['', ''],
    ['p'.repeat(700), 'f'.repeat(300)],
  ])('costs what one costs that is worked out, but for the working out', (path, fallback) => {
    const workedOut = { if: [true, path] };
    expect(stepsOf({ var: [path, fallback] })).toBe(stepsOf({ var: [workedOut, fallback] }) - 2);
    expect(stepsOf({ var: path })).toBe(stepsOf({ var: [workedOut] }) - 2);
  });

  it('is subject to the budget', () => {
    expect(evaluateLogic(compileLogic({ var: 'p'.repeat(700) }), data, { budget: 40 })).toMatchObject({
      code: 'filter_budget_exceeded',
      steps: 40,
    });
  });
});

describe('isTruthy', () => {
  it.each([
    [[], false],
    [[0], true],
    [{}, true],
    ['', false],
    ['0', true],
    [0, false],
    [NaN, false],
    [-1, true],
    [null, false],
    [undefined, false],
    [true, true],
  ])('%j is %s', (value, truth) => expect(isTruthy(value)).toBe(truth));
});
