import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compileLogic } from './compile.js';
import { evaluateLogic } from './evaluate.js';

const file = path.resolve(process.cwd(), '..', 'shared', 'spec', 'json-logic-tests.json');

type Case = [rule: unknown, data: unknown, expected: unknown];

describe('the official JSON Logic cases', () => {
  if (!existsSync(file)) {
    it('are not run here, because the file json-logic-tests.json is absent', () => expect(existsSync(file)).toBe(false));
    return;
  }
  const cases = (JSON.parse(readFileSync(file, 'utf8')) as (string | Case)[]).filter((entry) => typeof entry !== 'string');

  it('are all 278 there', () => expect(cases).toHaveLength(278));

  it.each(cases)('%j with %j is %j', (rule, data, expected) => {
    expect(evaluateLogic(compileLogic(rule), data)).toMatchObject({ kind: 'value', value: expected });
  });
});
