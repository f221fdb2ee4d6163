import { type DomainError, invalidField } from '../errors.js';
import { RULE_LIMITS } from './limits.js';

const tooComplex = (message: string): DomainError => invalidField('', 'filter_too_complex', message);

interface Pending {
  value: unknown;
  depth: number;
}

/**
 * Checks a rule's sizes before anything recurses into it: the walk keeps its own stack, so a rule nested 20,000 deep is refused
 * like any other that is too deep. Throws DomainError `filter_too_complex`, or `filter_unsupported` for what JSON cannot hold.
 */
export function inspectRule(rule: unknown): void {
  const pending: Pending[] = [{ value: rule, depth: 1 }];
  let [nodes, bytes] = [0, 0];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    bytes += sizeOf(next.value);
    if (bytes > RULE_LIMITS.ruleBytes) throw tooComplex(`The filter is larger than ${RULE_LIMITS.ruleBytes} bytes.`);
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (++nodes > RULE_LIMITS.nodes) throw tooComplex(`The filter has more than ${RULE_LIMITS.nodes} nodes.`);
    if (next.depth > RULE_LIMITS.depth) throw tooComplex(`The filter is nested deeper than ${RULE_LIMITS.depth}.`);
    for (const value of childrenOf(next.value)) pending.push({ value, depth: next.depth + 1 });
  }
}

/** At least this many bytes of JSON. Strings are checked here, because everything in the rule passes by. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return checkedBytes(value);
  if (Array.isArray(value) || value === null || typeof value === 'number' || typeof value === 'boolean') return 1;
  if (typeof value !== 'object') throw invalidField('', 'filter_unsupported', `A filter is JSON; it cannot hold a ${typeof value}.`);
  return Object.keys(value).reduce((bytes, key) => bytes + checkedBytes(key), 1);
}

function checkedBytes(text: string): number {
  const bytes = Buffer.byteLength(text);
  if (bytes > RULE_LIMITS.stringBytes) throw tooComplex(`The filter has a string longer than ${RULE_LIMITS.stringBytes} bytes.`);
  return bytes;
}

/** The list of an operation's operands is part of the operation, not a node of its own. */
function childrenOf(container: object): readonly unknown[] {
  const values = Array.isArray(container) ? (container as unknown[]) : (Object.values(container) as unknown[]);
  const [only] = values;
  const children = !Array.isArray(container) && values.length === 1 && Array.isArray(only) ? (only as unknown[]) : values;
  if (children.length > RULE_LIMITS.arrayItems) throw tooComplex(`The filter has a list of more than ${RULE_LIMITS.arrayItems} items.`);
  return children;
}

/** A private copy of the rule, by way of its JSON: refuses what is larger than the limit, `filter_too_complex`. */
export function snapshotRule(rule: unknown): unknown {
  const json = JSON.stringify(rule);
  if (Buffer.byteLength(json) > RULE_LIMITS.ruleBytes) throw tooComplex(`The filter is larger than ${RULE_LIMITS.ruleBytes} bytes.`);
  return JSON.parse(json);
}
