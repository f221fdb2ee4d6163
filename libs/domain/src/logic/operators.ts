import type { Budget } from './budget.js';
import { isLess, isLessOrEqual, isTruthy, looselyEqual, toLeadingNumber, toNumber } from './coercion.js';
import { all, and, choose, filter, map, none, or, reduce, some } from './control.js';
import { missing, missingSome, variable } from './lookup.js';
import type { Eager, Lazy, Operator } from './node.js';
import { cat, isIn, merge, substr } from './text-and-lists.js';

/** `a < b`, or with three operands `a < b < c`. */
const between =
  (holds: (left: unknown, right: unknown, budget: Budget) => boolean): Eager =>
  ([a, b, c], budget) =>
    holds(a, b, budget) && (c === undefined || holds(b, c, budget));

const EAGER: Record<string, Eager> = {
  var: (operands, budget, data) => variable(operands, data, budget),
  missing: (operands, budget, data) => missing(operands, data, budget),
  missing_some: (operands, budget, data) => missingSome(operands, data, budget),
  '==': ([a, b], budget) => looselyEqual(a, b, budget),
  '!=': ([a, b], budget) => !looselyEqual(a, b, budget),
  '===': ([a, b]) => a === b,
  '!==': ([a, b]) => a !== b,
  '!': ([a]) => !isTruthy(a),
  '!!': ([a]) => isTruthy(a),
  '<': between(isLess),
  '<=': between(isLessOrEqual),
  '>': ([a, b], budget) => isLess(b, a, budget),
  '>=': ([a, b], budget) => isLessOrEqual(b, a, budget),
  max: (operands, budget) => Math.max(...operands.map((operand) => toNumber(operand, budget))),
  min: (operands, budget) => Math.min(...operands.map((operand) => toNumber(operand, budget))),
  '+': (operands, budget) => operands.reduce<number>((sum, operand) => sum + toLeadingNumber(operand, budget), 0),
  '*': (operands, budget) => operands.reduce<number>((product, operand) => product * toLeadingNumber(operand, budget), 1),
  '-': ([a, b], budget) => (b === undefined ? -toNumber(a, budget) : toNumber(a, budget) - toNumber(b, budget)),
  '/': ([a, b], budget) => toNumber(a, budget) / toNumber(b, budget),
  '%': ([a, b], budget) => toNumber(a, budget) % toNumber(b, budget),
  in: isIn,
  cat,
  substr,
  merge,
};

const LAZY: Record<string, Lazy> = { if: choose, '?:': choose, and, or, map, filter, reduce, all, none, some };

/**
 * The whitelist. `log` and `method` of the reference implementation are left out on purpose: the one writes to the console,
 * the other calls methods of its operands. A Map, so that `constructor` and `toString` name nothing.
 */
const OPERATORS = new Map<string, Operator>([
  ...Object.entries(EAGER).map(([name, apply]) => [name, { kind: 'eager', apply }] as const),
  ...Object.entries(LAZY).map(([name, apply]) => [name, { kind: 'lazy', apply }] as const),
]);

export const operatorNamed = (name: string): Operator | undefined => OPERATORS.get(name);

export const operatorNames = (): string[] => [...OPERATORS.keys()];
