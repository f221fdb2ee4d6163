import { isTruthy } from './coercion.js';
import { type Evaluate, evaluateOperand, type Lazy, type Scope } from './node.js';

/** `{"if": [condition, then, condition, then, …, else]}` */
export const choose: Lazy = (operands, scope) => {
  let i = 0;
  for (; i + 1 < operands.length; i += 2) {
    if (isTruthy(evaluateOperand(operands[i], scope))) return evaluateOperand(operands[i + 1], scope);
  }
  return evaluateOperand(operands[i], scope);
};

const firstWith =
  (wanted: boolean): Lazy =>
  (operands, scope) => {
    let value: unknown = null;
    for (const operand of operands) {
      value = operand(scope);
      if (isTruthy(value) === wanted) return value;
    }
    return value;
  };

/** The first false operand, or the last one. */
export const and = firstWith(false);

/** The first true operand, or the last one. */
export const or = firstWith(true);

/** The first operand as a list (anything but an array is an empty one), and a function that evaluates the second for one item. */
function each(operands: readonly Evaluate[], scope: Scope): [readonly unknown[], (item: unknown) => unknown] {
  const list = evaluateOperand(operands[0], scope);
  return [Array.isArray(list) ? (list as unknown[]) : [], (item) => evaluateOperand(operands[1], { ...scope, data: item })];
}

export const map: Lazy = (operands, scope) => {
  const [list, evaluate] = each(operands, scope);
  scope.budget.makeArray(list.length);
  return list.map(evaluate);
};

export const filter: Lazy = (operands, scope) => {
  const [list, evaluate] = each(operands, scope);
  const kept: unknown[] = [];
  for (const item of list) {
    if (!isTruthy(evaluate(item))) continue;
    scope.budget.checkArray(kept.length + 1);
    kept.push(item);
  }
  return kept;
};

/** `{"reduce": [list, step, initial]}`; the step sees `current` and `accumulator`. */
export const reduce: Lazy = (operands, scope) => {
  const list = evaluateOperand(operands[0], scope);
  const initial = evaluateOperand(operands[2], scope);
  if (!Array.isArray(list)) return initial;
  return (list as unknown[]).reduce(
    (accumulator, current) => evaluateOperand(operands[1], { ...scope, data: { current, accumulator } }),
    initial,
  );
};

/** All of an empty list is false. Source: the official cases. */
export const all: Lazy = (operands, scope) => {
  const [list, evaluate] = each(operands, scope);
  return list.length > 0 && list.every((item) => isTruthy(evaluate(item)));
};

export const some: Lazy = (operands, scope) => {
  const [list, evaluate] = each(operands, scope);
  return list.some((item) => isTruthy(evaluate(item)));
};

export const none: Lazy = (operands, scope) => !some(operands, scope);
