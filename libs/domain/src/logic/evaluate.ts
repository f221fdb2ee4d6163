import { DomainError } from '../errors.js';
import { Budget } from './budget.js';
import { lookUpVariable } from './lookup.js';
import type { Eager, Logic, LogicNode, Run, Scope } from './node.js';

export interface EvaluateOptions {
  /** What `$name` reads, when the rule was compiled with dollarVariables. */
  variables?: Readonly<Record<string, unknown>>;
  /** Steps this evaluation may take; 100,000 unless told. */
  budget?: number;
}

/** `steps` is what was used up, never more than the budget. */
export type LogicResult =
  | { kind: 'value'; value: unknown; steps: number }
  | { kind: 'error'; code: 'filter_budget_exceeded' | 'filter_error'; message: string; steps: number };

/**
 * Evaluates a compiled rule against data (any parsed JSON). Never throws, and changes neither the rule nor the data;
 * the value may share parts with both.
 */
export function evaluateLogic(logic: Logic, data: unknown, options: EvaluateOptions = {}): LogicResult {
  const budget = new Budget(options.budget);
  try {
    return { kind: 'value', value: run(logic.root, { data, variables: options.variables, budget }) ?? null, steps: budget.steps };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The filter could not be evaluated.';
    const code = error instanceof DomainError && error.code === 'filter_budget_exceeded' ? error.code : 'filter_error';
    return { kind: 'error', code, message, steps: budget.steps };
  }
}

const run: Run = (node, scope) => {
  scope.budget.spend(1);
  return node === undefined ? null : (valueOf(node, scope) ?? null);
};

function valueOf(node: LogicNode, scope: Scope): unknown {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'list':
      return node.items.map((item) => run(item, scope));
    case 'variable':
      return lookUpVariable(scope.variables, node.path, scope.budget);
    case 'operation':
      return node.operator.kind === 'lazy'
        ? node.operator.apply(node.operands, scope, run)
        : applyEager(node.operator.apply, node.operands, scope);
  }
}

function applyEager(apply: Eager, operands: readonly LogicNode[], scope: Scope): unknown {
  const values = operands.map((operand) => run(operand, scope));
  scope.budget.read(values);
  return apply(values, scope.budget, scope.data);
}
