import type { Budget } from './budget.js';

/** A rule made ready: operators resolved, sizes checked, array literals without operations folded into one value. */
export type LogicNode =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly LogicNode[] }
  | { readonly kind: 'variable'; readonly path: readonly string[] }
  | { readonly kind: 'operation'; readonly operator: Operator; readonly operands: readonly LogicNode[] };

/** A compiled rule. It holds no reference to what it was compiled from, and evaluation does not change it: keep and share it. */
export interface Logic {
  readonly root: LogicNode;
}

/** What an operation is evaluated against: the data `var` reads, the variables `$name` reads, and what is left to spend. */
export interface Scope {
  readonly data: unknown;
  readonly variables: unknown;
  readonly budget: Budget;
}

/** Evaluates one node; an operand that was not given is null. */
export type Run = (node: LogicNode | undefined, scope: Scope) => unknown;

/** Gets its operands evaluated. */
export type Eager = (operands: readonly unknown[], budget: Budget, data: unknown) => unknown;

/** Evaluates those of its operands that it needs. */
export type Lazy = (operands: readonly LogicNode[], scope: Scope, run: Run) => unknown;

export type Operator = { readonly kind: 'eager'; readonly apply: Eager } | { readonly kind: 'lazy'; readonly apply: Lazy };
