import type { Budget } from './budget.js';

/** What a rule is evaluated against: the data `var` reads, the variables `$name` reads, and what is left to spend. */
export interface Scope {
  readonly data: unknown;
  readonly variables: unknown;
  readonly budget: Budget;
}

/** A part of a rule made ready: a function instead of a tree that would be walked for each of thousands of subscriptions. Costs one step. */
export type Evaluate = (scope: Scope) => unknown;

/** A compiled rule. It holds no reference to what it was compiled from, and evaluation does not change it: keep and share it. */
export interface Logic {
  readonly evaluate: Evaluate;
}

/** An operand that was not given is null, and costs its step all the same. */
export function evaluateOperand(operand: Evaluate | undefined, scope: Scope): unknown {
  if (operand !== undefined) return operand(scope);
  scope.budget.spend(1);
  return null;
}

/** Gets its operands evaluated. */
export type Eager = (operands: readonly unknown[], budget: Budget, data: unknown) => unknown;

/** Evaluates those of its operands that it needs. */
export type Lazy = (operands: readonly Evaluate[], scope: Scope) => unknown;

export type Operator = { readonly kind: 'eager'; readonly apply: Eager } | { readonly kind: 'lazy'; readonly apply: Lazy };
