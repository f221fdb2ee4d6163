import { validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { DomainError } from '../errors.js';
import type { TemplateContext } from './context.js';
import { MAX_PLACEHOLDERS } from './parse.js';
import { MAX_HEADER_VALUE_BYTES, compileHeader, renderHeader } from './render-header.js';

const contextOf = (resource: unknown): TemplateContext => ({
  event: { id: 'evt_1', name: 'updated', type: 'entry.updated', topic: null, timestamp: '2020-09-01T08:59:49.000Z' },
  resource,
  user: { firstName: 'Ann' },
  data: null,
  subscription: { id: 'sub_1', name: 'Movies' },
  delivery: { id: 'dlv_1', uuid: 'u' },
});
const render = (values: string[], resource: unknown): string[] => renderHeader(compileHeader(values), contextOf(resource));
const templateError = expect.objectContaining({ code: 'template_error' }) as Error;

describe('renderHeader', () => {
  it('renders the documented headers', () => {
    expect(render(['internal'], {})).toEqual(['internal']);
    expect(render(['{/resource/department}'], { department: 'Sales' })).toEqual(['Sales']);
  });

  it('renders each value of a header that has several', () => {
    expect(render(['a {/user/firstname}', 'n={/resource/n}', '{/subscription/name}'], { n: 1.5 })).toEqual(['a Ann', 'n=1.5', 'Movies']);
  });

  it('leaves out a value that has nothing to insert, and the header with its last', () => {
    expect(render(['{/resource/none}', 'x {/resource/null}', 'kept'], { null: null })).toEqual(['kept']);
    expect(render(['{/resource/none}'], {})).toEqual([]);
  });

  it('writes structures as compact JSON', () => {
    expect(render(['{/resource}'], { a: [1, 'x\ny'] })).toEqual(['{"a":[1,"x\\ny"]}']);
  });

  it('percent-encodes what is not ASCII, and nothing else', () => {
    expect(render(['Café {/resource}'], '日本 100% \ud800!')).toEqual(['Caf%C3%A9 %E6%97%A5%E6%9C%AC 100% %EF%BF%BD!']);
  });

  it.each(['a\r\nX-Evil: 1', '\n', '\r', '\0', '\u0001', '\u007f'])('fails on the value %j instead of sending it', (value) => {
    expect(() => render(['x {/resource}'], value)).toThrow(templateError);
  });

  it('does not expand what it has inserted', () => {
    expect(render(['{/resource}'], '{/user/firstname}')).toEqual(['{/user/firstname}']);
  });

  it(`renders up to ${MAX_HEADER_VALUE_BYTES} bytes and fails on one more`, () => {
    const value = 'x'.repeat(MAX_HEADER_VALUE_BYTES);
    expect(render(['{/resource}'], value)).toEqual([value]);
    expect(() => render(['{/resource}'], `${value}x`)).toThrow(templateError);
  });

  it('never yields what HTTP does not allow, for any value', () => {
    const compiled = compileHeader(['x {/resource} y', '{/resource}']);
    const spiky = fc.string({
      unit: fc.oneof(
        { weight: 1, arbitrary: fc.constantFrom('\r', '\n', '\0', '\u0085', '\ud800') },
        { weight: 6, arbitrary: fc.string() },
      ),
    });
    fc.assert(
      fc.property(fc.oneof(spiky, fc.jsonValue(), fc.string({ unit: 'binary' })), (resource) => {
        let values: string[];
        try {
          values = renderHeader(compiled, contextOf(resource));
        } catch (error) {
          expect(error).toMatchObject({ code: 'template_error' });
          return;
        }
        for (const value of values) {
          expect(value).not.toMatch(/[\r\n\0]/);
          expect(() => validateHeaderValue('x', value)).not.toThrow();
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('compileHeader', () => {
  const refusal = (values: string[]): DomainError | undefined => {
    try {
      compileHeader(values);
    } catch (error) {
      if (error instanceof DomainError) return error;
    }
    return undefined;
  };

  it.each([
    ['a\r\nb', 'invalid_character'],
    ['\0', 'invalid_character'],
    ['{/a', 'template_unclosed'],
    ['{/constructor}', 'template_forbidden_name'],
  ])('refuses the value %j with %s and says which it is', (value, code) => {
    expect(refusal(['ok', value])).toMatchObject({ code, errors: [{ path: '/1', code }] });
  });

  it('counts placeholders over all values of the header', () => {
    expect(refusal(Array.from({ length: MAX_PLACEHOLDERS }, () => '{/a}'))).toBeUndefined();
    expect(refusal(Array.from({ length: MAX_PLACEHOLDERS + 1 }, () => '{/a}'))?.code).toBe('template_too_many_placeholders');
  });
});
