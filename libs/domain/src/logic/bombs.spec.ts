import { compileLogic } from './compile.js';
import { evaluateLogic, type LogicResult } from './evaluate.js';
import { EVALUATION_LIMITS } from './limits.js';

const times = <T>(length: number, value: T): T[] => Array<T>(length).fill(value);
const accumulator = { var: 'accumulator' };
const current = { var: 'current' };

const evaluate = (rule: unknown, data: unknown = {}): LogicResult => evaluateLogic(compileLogic(rule), data);

const nestedReduce = (levels: number): unknown =>
  levels === 0 ? 1 : { reduce: [times(60, 1), { '+': [accumulator, nestedReduce(levels - 1)] }, 0] };

const nestedSome = (levels: number, items: number): unknown =>
  levels === 0 ? { '===': [{ var: '' }, 'absent'] } : { some: [times(items, 1), nestedSome(levels - 1, items)] };

const periodic = { hay: 'a'.repeat(32_000), needle: `b${'a'.repeat(15_999)}` };
const nestedArray = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as unknown;

const OVER: [name: string, rule: unknown, data?: unknown][] = [
  ['reduce nested four deep over 60 items', nestedReduce(4)],
  ['some in some in some over 200 items', nestedSome(3, 200)],
  ['a string that doubles 28 times', { reduce: [times(28, 1), { cat: [accumulator, accumulator] }, 'aa'] }],
  ['an array that doubles 30 times', { reduce: [times(30, 1), { merge: [accumulator, accumulator] }, [1, 1]] }],
  ['an array that is written out as text', { cat: [{ map: [times(1000, 1), 'x'.repeat(66)] }] }],
  ['equality with an array of long strings', { '==': [{ var: 'list' }, 'x'] }, { list: times(5_000, 'x'.repeat(60_000)) }],
  [
    'many strings of 60,000 characters at once',
    { map: [{ var: 'list' }, { cat: [{ var: '' }, 'x'] }] },
    { list: times(9_000, 'x'.repeat(60_000)) },
  ],
  ['map over more items than an array may hold', { map: [{ var: 'list' }, 1] }, { list: times(10_001, 0) }],
  ['filter that keeps more items than an array may hold', { filter: [{ var: 'list' }, true] }, { list: times(10_001, 0) }],
  ['missing that finds more than an array may hold', { missing: [{ var: 'list' }] }, { list: times(10_001, 'a') }],
  [
    'a search for a long text in a long text, again and again',
    { filter: [times(1000, 1), { in: ['x'.repeat(4_000), { cat: times(16, 'y'.repeat(2_000)) }] }] },
  ],
  ['the worst search there is', { in: [{ var: 'needle' }, { var: 'hay' }] }, periodic],
  ['a search in a list longer than the budget', { in: [1, { var: 'list' }] }, { list: times(200_000, 0) }],
  ['text of an array nested 5,000 deep', { cat: [{ var: 'list' }] }, { list: nestedArray }],
];

describe('a filter made to hurt', () => {
  it.each(OVER.map(([name, rule, data]) => ({ name, rule, data })))('is stopped: $name', ({ rule, data }) => {
    const result = evaluate(rule, data);
    expect(result).toMatchObject({ kind: 'error', code: 'filter_budget_exceeded' });
    expect(result.steps).toBeLessThanOrEqual(EVALUATION_LIMITS.steps);
  });

  it('is stopped at the size, long before the steps run out, when what it makes doubles', () => {
    const string = evaluate({ reduce: [times(28, 1), { cat: [accumulator, accumulator] }, 'aa'] });
    const array = evaluate({ reduce: [times(30, 1), { merge: [accumulator, accumulator] }, [1, 1]] });
    expect(string.steps).toBeLessThan(5_000);
    expect(array.steps).toBeLessThan(20_000);
  });

  it('is stopped when a doubling list is read as text', () => {
    const doubled = { reduce: [times(30, 1), [accumulator, accumulator], 1] };
    expect(evaluate({ cat: [doubled] })).toMatchObject({ kind: 'error', code: 'filter_budget_exceeded' });
  });

  it('is answered when it is within the budget', () => {
    expect(evaluate(nestedReduce(2))).toMatchObject({ kind: 'value', value: 3600 });
    expect(evaluate(nestedSome(2, 100))).toMatchObject({ kind: 'value', value: false });
    expect(evaluate({ reduce: [times(1000, 1), { '+': [current, accumulator] }, 0] })).toMatchObject({ kind: 'value', value: 1000 });
  });
});

describe('the limits of an evaluation', () => {
  const step = (budget: number): LogicResult => evaluateLogic(compileLogic({ '!': [{ '!': [true] }] }), {}, { budget });

  it('count every node: three steps are enough for three nodes, two are not', () => {
    expect(step(3)).toEqual({ kind: 'value', value: true, steps: 3 });
    expect(step(2)).toMatchObject({ kind: 'error', code: 'filter_budget_exceeded', steps: 2 });
  });

  it('allow a string of 64 KiB and no longer', () => {
    const half = 'x'.repeat(EVALUATION_LIMITS.stringBytes / 2);
    expect(evaluate({ cat: [{ var: 'a' }, { var: 'a' }] }, { a: half })).toMatchObject({ kind: 'value', value: half + half });
    expect(evaluate({ cat: [{ var: 'a' }, { var: 'a' }, 'x'] }, { a: half })).toMatchObject({ code: 'filter_budget_exceeded' });
    expect(evaluate({ cat: [{ var: 'a' }, { var: 'a' }] }, { a: `é${half.slice(1)}` })).toMatchObject({ code: 'filter_budget_exceeded' });
    expect(evaluate({ substr: [{ var: 'a' }, 1] }, { a: half + half })).toMatchObject({ kind: 'value' });
    expect(evaluate({ substr: [{ var: 'a' }, 0] }, { a: `${half}${half}x` })).toMatchObject({ code: 'filter_budget_exceeded' });
  });

  it('allow an array of 10,000 items and no longer', () => {
    const merge = { merge: [{ var: 'a' }, { var: 'b' }] };
    expect(evaluate(merge, { a: times(9_999, 0), b: 0 })).toMatchObject({ kind: 'value', value: times(10_000, 0) });
    expect(evaluate(merge, { a: times(10_000, 0), b: 0 })).toMatchObject({ code: 'filter_budget_exceeded' });
    expect(evaluate({ map: [{ var: 'a' }, 0] }, { a: times(10_000, 0) })).toMatchObject({ kind: 'value' });
    expect(evaluate({ filter: [{ var: 'a' }, true] }, { a: times(10_000, 0) })).toMatchObject({ kind: 'value' });
  });

  it('leave long strings and lists of the event readable', () => {
    const data = { text: `${'x'.repeat(500_000)}needle`, list: times(50_000, 'x') };
    expect(evaluate({ in: ['needle', { var: 'text' }] }, data)).toMatchObject({ value: true });
    expect(evaluate({ '===': [{ var: 'text' }, { var: 'text' }] }, data)).toMatchObject({ value: true });
    expect(evaluate({ in: ['y', { var: 'list' }] }, data)).toMatchObject({ value: false });
  });
});
