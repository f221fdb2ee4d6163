import { DomainError } from '../errors.js';
import { MAX_BODY_TEMPLATE_DEPTH, compileBody } from './compile-body.js';
import { MAX_PLACEHOLDERS, MAX_TEMPLATE_BYTES } from './parse.js';

function refusal(value: unknown): DomainError {
  try {
    compileBody(value);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('The template was accepted.');
}

function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  return value;
}

describe('compileBody', () => {
  it.each([
    ['', 'empty'],
    ['{/resource/}', 'value'],
    ['{ /resource }', 'value'],
    [{ id: '{/resource/sys/id}' }, 'json'],
    [[], 'json'],
    [null, 'json'],
    [42, 'json'],
    ['{\n"event": "{/event/name}", "resource": {/resource}\n}', 'json'],
    ['[{/event/name}]', 'json'],
    ['{/user/firstname} {/user/lastname}', 'text'],
    [' {/resource/} ', 'text'],
    ['<a>{/resource/id}</a>', 'text'],
    ['[ALERT] {/resource/id} failed', 'text'],
    ['{not json {/resource/id}}', 'text'],
    ['{"a":[1{/resource/id}]}', 'text'],
    ['{ {/resource/id}: 1 }', 'text'],
    ['{"a":"\\{/resource/id}n"}', 'text'],
    ['{"a":"\\u00{/resource/id}41"}', 'text'],
    ['"{/resource/id}"', 'text'],
    ['{"a": "{/b"}', 'text'],
  ])('takes %j for a template of form %s', (value, form) => {
    expect(compileBody(value).form).toBe(form);
  });

  it('merges everything literal, so that rendering only joins', () => {
    expect(compileBody({ a: 1, b: ['x', '{/c} d'] }).parts).toEqual(['{"a":1,"b":["x","', { tokens: ['c'], as: 'jsonString' }, ' d"]}']);
  });

  it.each([
    [{ entry: ['ok', '{/a'] }, 'template_unclosed', '/entry/1'],
    [{ 'a/b': { 'c~d': '{/__proto__}' } }, 'template_forbidden_name', '/a~1b/c~0d'],
    [{ a: { '{/event/name}': 1 } }, 'template_in_key', '/a/{~1event~1name}'],
    [{ a: undefined }, 'invalid_type', '/a'],
    ['{"a": "{/b"', 'template_unclosed', ''],
  ])('refuses %j with %s at %j', (value, code, path) => {
    expect(refusal(value)).toMatchObject({ code, errors: [{ code, path }] });
  });

  it(`takes ${MAX_BODY_TEMPLATE_DEPTH} levels and refuses one more, or a hundred thousand`, () => {
    expect(compileBody(nested(MAX_BODY_TEMPLATE_DEPTH)).form).toBe('json');
    expect(refusal(nested(MAX_BODY_TEMPLATE_DEPTH + 1)).code).toBe('template_too_deep');
    expect(refusal(nested(100_000)).code).toBe('template_too_deep');
  });

  it('counts placeholders over the whole body', () => {
    expect(compileBody(Array.from({ length: MAX_PLACEHOLDERS }, () => '{/a}')).form).toBe('json');
    expect(refusal(Array.from({ length: MAX_PLACEHOLDERS + 1 }, () => '{/a}')).code).toBe('template_too_many_placeholders');
  });

  it('counts bytes over the whole body', () => {
    const half = 'x'.repeat(MAX_TEMPLATE_BYTES / 2);
    const rest = half.slice('["",""]'.length);
    expect(compileBody([half, rest]).form).toBe('json');
    expect(refusal([half, `${rest}x`]).code).toBe('template_too_large');
    expect(refusal(Array.from({ length: MAX_TEMPLATE_BYTES }, () => 0)).code).toBe('template_too_large');
  });
});
