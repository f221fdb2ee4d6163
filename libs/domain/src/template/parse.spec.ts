import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { MAX_PLACEHOLDERS, MAX_POINTER_DEPTH, MAX_TEMPLATE_BYTES, countPlaceholders, lonePointer, parseTemplate } from './parse.js';

function refusal(text: string, path?: string): DomainError {
  try {
    parseTemplate(text, path);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('The template was accepted.');
}

const tokensOf = (text: string) => lonePointer(parseTemplate(text))?.tokens;
const literalOf = (text: string) => parseTemplate(text).map((part) => (part.kind === 'literal' ? part.text : part));

describe('parseTemplate', () => {
  it.each([
    ['{/event/name}', ['event', 'name']],
    ['{/resource/sys.id}', ['resource', 'sys.id']],
    ['{/resource/sys/id}', ['resource', 'sys', 'id']],
    ['{ /payload/sys/id }', ['payload', 'sys', 'id']],
    ['{\n/a\t}', ['a']],
    ['{/first name/x}', ['first name', 'x']],
    ['{/a~1b/c~0d/~01}', ['a/b', 'c~d', '~1']],
    ['{/items/0/id}', ['items', '0', 'id']],
  ])('reads the pointer %j', (text, tokens) => {
    expect(tokensOf(text)).toEqual(tokens);
  });

  it('reads a last empty name as the node itself, and {/} as the whole context', () => {
    expect(tokensOf('{/resource/}')).toEqual(tokensOf('{/resource}'));
    expect(tokensOf('{/}')).toEqual([]);
    expect(tokensOf('{ / }')).toEqual([]);
  });

  it('takes text and placeholders apart', () => {
    expect(parseTemplate('{/user/firstname} {/user/lastname}!')).toEqual([
      { kind: 'pointer', tokens: ['user', 'firstname'] },
      { kind: 'literal', text: ' ' },
      { kind: 'pointer', tokens: ['user', 'lastname'] },
      { kind: 'literal', text: '!' },
    ]);
  });

  it.each(['{"a":1}', '{}', '{a}', '{{name}}', '} {', '{ "x": { } }', '${host}', 'a/b', '{', '{\\/a}'])('leaves %j as it is', (text) => {
    expect(literalOf(text)).toEqual([text]);
  });

  it('reads a doubled brace as one literal brace where a placeholder would open', () => {
    expect(literalOf('{{/a}')).toEqual(['{/a}']);
    expect(literalOf('x{{ /a} {{{/b}')).toEqual(['x{ /a} {{/b}']);
    expect(parseTemplate('{{/a}{/b}')).toEqual([
      { kind: 'literal', text: '{/a}' },
      { kind: 'pointer', tokens: ['b'] },
    ]);
  });

  it('has no parts for an empty text', () => {
    expect(parseTemplate('')).toEqual([]);
  });

  it.each([
    ['{/a', 'template_unclosed'],
    ['x { /a', 'template_unclosed'],
    ['{/a{/b}}', 'template_unclosed'],
    ['{/a~2}', 'template_invalid_pointer'],
    ['{/a~}', 'template_invalid_pointer'],
    ['{/__proto__/x}', 'template_forbidden_name'],
    ['{/a/constructor}', 'template_forbidden_name'],
    ['{/a/prototype/}', 'template_forbidden_name'],
    ['{/a.__proto__.b}', 'template_forbidden_name'],
  ])('refuses %j with %s and says where', (text, code) => {
    expect(refusal(text, '/entry/title')).toMatchObject({ code, errors: [{ code, path: '/entry/title' }] });
  });

  it(`takes ${MAX_PLACEHOLDERS} placeholders and refuses one more`, () => {
    expect(countPlaceholders(parseTemplate('{/a}'.repeat(MAX_PLACEHOLDERS)))).toBe(MAX_PLACEHOLDERS);
    expect(refusal('{/a}'.repeat(MAX_PLACEHOLDERS + 1)).code).toBe('template_too_many_placeholders');
  });

  it(`takes pointers of ${MAX_POINTER_DEPTH} names and refuses one more, dots counted`, () => {
    expect(tokensOf(`{${'/a'.repeat(MAX_POINTER_DEPTH)}/}`)).toHaveLength(MAX_POINTER_DEPTH);
    expect(refusal(`{${'/a'.repeat(MAX_POINTER_DEPTH + 1)}}`).code).toBe('template_too_deep');
    expect(refusal(`{/a${'.a'.repeat(MAX_POINTER_DEPTH)}}`).code).toBe('template_too_deep');
  });

  it(`takes ${MAX_TEMPLATE_BYTES} bytes and refuses one more`, () => {
    expect(parseTemplate('é'.repeat(MAX_TEMPLATE_BYTES / 2))).toHaveLength(1);
    expect(refusal('é'.repeat(MAX_TEMPLATE_BYTES / 2) + 'x').code).toBe('template_too_large');
  });

  it('keeps every text without an opening as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', 'a', ' ', '"', '~', '.') }), (text) => {
        expect(literalOf(text).map(String).join('')).toBe(text);
      }),
    );
  });

  it('answers hostile texts at once', () => {
    for (const unit of ['{', '{ ', ' ', '{/', '{/a}', '{{/', '{/ ', '~0', '/']) {
      const text = unit.repeat(Math.floor((MAX_TEMPLATE_BYTES - 4) / unit.length));
      for (const hostile of [text, `{/${text}x`, `{/${text}x}`]) {
        const start = performance.now();
        try {
          parseTemplate(hostile);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
        expect(performance.now() - start).toBeLessThan(500);
      }
    }
  });
});
