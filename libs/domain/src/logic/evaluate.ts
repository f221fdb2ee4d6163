import { DomainError } from '../errors.js';
import { Budget } from './budget.js';
import type { Logic } from './node.js';

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
    return { kind: 'value', value: logic.evaluate({ data, variables: options.variables, budget }), steps: budget.steps };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The filter could not be evaluated.';
    const code = error instanceof DomainError && error.code === 'filter_budget_exceeded' ? error.code : 'filter_error';
    return { kind: 'error', code, message, steps: budget.steps };
  }
}
