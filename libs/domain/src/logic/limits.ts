import { LIMITS } from '../limits.js';

/** What a JSON Logic rule may be when it is saved. Depth and nodes count operations, array literals and object literals. */
export const RULE_LIMITS = {
  depth: LIMITS.filterDepth.max,
  nodes: LIMITS.filterNodes.max,
  /** Bytes of one string in UTF-8, object keys included. */
  stringBytes: LIMITS.filterLiteralBytes.max,
  /** Items of one array literal, operands of one operation, or members of one object literal. */
  arrayItems: LIMITS.filterLiteralItems.max,
  /** Bytes of the whole rule written as compact JSON in UTF-8. */
  ruleBytes: LIMITS.filterBytes.max,
} as const;

/** What one evaluation may use up. Nothing is built before its size has been checked. */
export const EVALUATION_LIMITS = {
  steps: LIMITS.filterSteps.max,
  /** Bytes in UTF-8 of a string that the rule makes. Strings of the event itself may be longer. */
  stringBytes: LIMITS.filterStringBytes.max,
  /** Items of an array that the rule makes. Arrays of the event itself may be longer. */
  arrayItems: LIMITS.filterArrayItems.max,
  /** How deeply nested an array may be that is read as text. */
  textDepth: LIMITS.jsonDepth.max,
} as const;
