import { DomainError } from '../errors.js';
import { EVALUATION_LIMITS } from './limits.js';

const exceeded = (message: string): DomainError => new DomainError('filter_budget_exceeded', message);

/** Steps of comparing or converting a value: a long string takes time in proportion to its length. */
export const readingSteps = (value: unknown): number => (typeof value === 'string' ? value.length >> 8 : 0);

/**
 * What one evaluation has left. A step is about a microsecond of work: one node evaluated, one array slot filled, 64 bytes of text made.
 * Because made strings and arrays cost steps by their size, the step budget bounds memory as well as time.
 * Every method throws DomainError `filter_budget_exceeded`, which evaluateLogic turns into a result.
 */
export class Budget {
  /** Steps used so far; never above the limit. */
  steps = 0;

  constructor(private readonly limit: number = EVALUATION_LIMITS.steps) {}

  spend(steps: number): void {
    if (this.steps + steps > this.limit) {
      this.steps = this.limit;
      throw exceeded(`The filter needs more than ${this.limit} steps.`);
    }
    this.steps += steps;
  }

  /** To be called before a string of this many bytes is built. */
  makeString(bytes: number): void {
    this.checkString(bytes);
    this.spend(bytes >> 6);
  }

  /** For a string whose parts are still being counted; makeString pays for the whole. */
  checkString(bytes: number): void {
    const max = EVALUATION_LIMITS.stringBytes;
    if (bytes > max) throw exceeded(`The filter makes a string longer than ${max} bytes.`);
  }

  /** To be called before an array of this many items is built. */
  makeArray(items: number): void {
    this.checkArray(items);
    this.spend(items);
  }

  /** For an array that grows one item at a time, each item being paid for by its own evaluation. */
  checkArray(items: number): void {
    if (items > EVALUATION_LIMITS.arrayItems)
      throw exceeded(`The filter makes an array of more than ${EVALUATION_LIMITS.arrayItems} items.`);
  }

  /** Pays for reading values. */
  read(values: readonly unknown[]): void {
    for (const value of values) this.spend(readingSteps(value));
  }

  /** Refuses to walk an array nested deeper than the limit, before the stack does. */
  checkTextDepth(depth: number): void {
    if (depth > EVALUATION_LIMITS.textDepth)
      throw exceeded(`The filter reads an array nested deeper than ${EVALUATION_LIMITS.textDepth} as text.`);
  }
}
