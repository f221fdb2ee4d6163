import { invalidField } from '../errors.js';
import { inspectRule, snapshotRule } from './inspect-rule.js';
import type { Logic } from './node.js';
import { operatorNamed } from './operators.js';
import { listPart, literalPart, operationPart, type Part, variablePart } from './prepare.js';

export interface CompileOptions {
  /**
   * Read `"$eventType"` as a variable and `"$$x"` as the text `$x`. Source: OS1 "Publishing Webhook Events", whose example
   * `{"===":["$eventType","UserCreatedEvent"]}` would otherwise compare two different strings and never hold.
   */
  dollarVariables?: boolean;
}

const VARIABLE = /^\$([A-Za-z_][\w.]*)$/;
const ESCAPED = /^\$\$+[A-Za-z_][\w.]*$/;

/**
 * Checks a JSON Logic rule and makes it ready for evaluateLogic. An object with exactly one key is an operation; any other object is a literal.
 * Throws DomainError `filter_unsupported` (an operator we do not have, named in the message; `errors[0].path` is a JSON Pointer into the rule)
 * or `filter_too_complex` (see RULE_LIMITS).
 */
export function compileLogic(rule: unknown, options: CompileOptions = {}): Logic {
  inspectRule(rule);
  const compiler = new Compiler(options.dollarVariables ?? false);
  return { evaluate: compiler.part(snapshotRule(rule), '', true).evaluate };
}

/** Recursion is safe here: inspectRule has bounded the depth. */
class Compiler {
  constructor(private readonly dollarVariables: boolean) {}

  /** @param isValue false where a string is the name of a datum (the operand of `var`), in which a dollar means nothing. */
  part(value: unknown, pointer: string, isValue: boolean): Part {
    if (typeof value === 'string') return this.text(value, isValue);
    if (typeof value !== 'object' || value === null) return literalPart(value);
    if (Array.isArray(value)) return listPart(value.map((item, i) => this.part(item, `${pointer}/${i}`, isValue)));
    const [entry, ...others] = Object.entries(value);
    return entry === undefined || others.length > 0 ? literalPart(value) : this.operation(entry, pointer);
  }

  private text(value: string, isValue: boolean): Part {
    if (!this.dollarVariables || !isValue) return literalPart(value);
    const name = VARIABLE.exec(value)?.[1];
    if (name !== undefined) return variablePart(name.split('.'));
    return literalPart(ESCAPED.test(value) ? value.slice(1) : value);
  }

  private operation([name, given]: [string, unknown], pointer: string): Part {
    const path = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const operator = operatorNamed(name);
    if (operator === undefined) throw invalidField(path, 'filter_unsupported', `A filter has no operator ${shown(name)}.`);
    const isList = Array.isArray(given);
    const operands = (isList ? (given as unknown[]) : [given]).map((operand, i) =>
      this.part(operand, isList ? `${path}/${i}` : path, !isName(name, i)),
    );
    return operationPart(name, operator, operands);
  }
}

const isName = (operator: string, operand: number): boolean =>
  operator === 'missing' || (operator === 'missing_some' && operand === 1) || (operator === 'var' && operand === 0);

const shown = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
