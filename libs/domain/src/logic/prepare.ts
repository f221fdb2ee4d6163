import { readingSteps } from './budget.js';
import { lookUpKeys, lookUpSteps, lookUpVariable } from './lookup.js';
import type { Eager, Evaluate, Lazy, Operator } from './node.js';

/** A part of a rule; `literal` where its value is known beforehand. */
export interface Part {
  readonly evaluate: Evaluate;
  readonly literal?: { readonly value: unknown };
}

export const literalPart = (value: unknown): Part => ({
  literal: { value },
  evaluate: ({ budget }) => {
    budget.spend(1);
    return value;
  },
});

/** An array literal without operations is one value. */
export function listPart(parts: readonly Part[]): Part {
  const values = literalsOf(parts);
  if (values !== null) return literalPart(values);
  const items = parts.map(({ evaluate }) => evaluate);
  return {
    evaluate: (scope) => {
      scope.budget.spend(1);
      return items.map((item) => item(scope));
    },
  };
}

/** `$name` */
export const variablePart = (path: readonly string[]): Part => ({
  evaluate: ({ budget, variables }) => {
    budget.spend(1);
    return lookUpVariable(variables, path, budget) ?? null;
  },
});

/** @param name of the operator */
export function operationPart(name: string, operator: Operator, parts: readonly Part[]): Part {
  const values = literalsOf(parts);
  if (name === 'var' && typeof values?.[0] === 'string' && values.length <= 2)
    return { evaluate: datum(values[0], values[1], values.length) };
  const operands = parts.map(({ evaluate }) => evaluate);
  return { evaluate: operator.kind === 'lazy' ? lazy(operator.apply, operands) : eager(operator.apply, operands) };
}

function literalsOf(parts: readonly Part[]): unknown[] | null {
  const values: unknown[] = [];
  for (const { literal } of parts) {
    if (literal === undefined) return null;
    values.push(literal.value);
  }
  return values;
}

const lazy =
  (apply: Lazy, operands: readonly Evaluate[]): Evaluate =>
  (scope) => {
    scope.budget.spend(1);
    return apply(operands, scope) ?? null;
  };

/** Two operands are what nearly every operation of a filter has. */
function eager(apply: Eager, operands: readonly Evaluate[]): Evaluate {
  const [left, right] = operands;
  const valuesIn: (scope: Parameters<Evaluate>[0]) => unknown[] =
    left !== undefined && right !== undefined && operands.length === 2
      ? (scope) => [left(scope), right(scope)]
      : (scope) => operands.map((operand) => operand(scope));
  return (scope) => {
    scope.budget.spend(1);
    const values = valuesIn(scope);
    scope.budget.read(values);
    return apply(values, scope.budget, scope.data) ?? null;
  };
}

/** `{"var": ["a.b", fallback]}` with the path taken apart beforehand. It costs what it does where the path is only known at last. */
function datum(path: string, fallback: unknown, operands: number): Evaluate {
  const keys = path === '' ? [] : path.split('.');
  const steps = 1 + operands + readingSteps(path) + readingSteps(fallback) + lookUpSteps(path);
  const otherwise = fallback ?? null;
  return ({ budget, data }) => {
    budget.spend(steps);
    const found = lookUpKeys(data, keys);
    return found === undefined ? otherwise : found;
  };
}
