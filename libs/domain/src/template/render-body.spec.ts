import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { compileBody } from './compile-body.js';
import type { TemplateContext } from './context.js';
import { MAX_BODY_BYTES, type RenderBodyOptions, renderBody } from './render-body.js';

const context: TemplateContext = {
  event: { id: 'evt_1', name: 'updated', type: 'entry.updated', topic: null, timestamp: '2020-09-01T08:59:49.000Z' },
  resource: {
    sys: { id: 'e1' },
    entryTitle: 'Say "hi"\n',
    entryDescription: null,
    headline: 'News',
    count: 7,
    live: false,
    tags: ['a', 'b'],
    sly: '{/user/firstname}',
  },
  user: { firstName: 'Ann', lastName: 'Lee' },
  data: null,
  subscription: { id: 'sub_1', name: 'Movies' },
  delivery: { id: 'dlv_1', uuid: 'u' },
};

const render = (template: unknown, options: Partial<RenderBodyOptions> = {}, from = context): string =>
  renderBody(compileBody(template), from, { isJson: true, ...options }).toString();
const renderJson = (template: unknown): unknown => JSON.parse(render(template));
const withResource = (resource: unknown): TemplateContext => ({ ...context, resource });

describe('a body template of the documented kind', () => {
  it('renders the six keys of an entry', () => {
    const template = {
      event: '{/event/name}',
      user: '{/user/firstname} {/user/lastname}',
      id: '{/resource/sys/id}',
      title: '{/resource/entryTitle}',
      description: '{/resource/entryDescription}',
      department: '{/resource/department}',
    };
    expect(renderJson(template)).toEqual({
      event: 'updated',
      user: 'Ann Lee',
      id: 'e1',
      title: 'Say "hi"\n',
      description: null,
      department: null,
    });
  });

  it('renders a news entry', () => {
    const template = {
      event: '{/event/name}',
      id: '{/resource/sys/id}',
      title: '{/resource/entryTitle}',
      headline: '{/resource/headline}',
    };
    expect(render(template)).toBe('{"event":"updated","id":"e1","title":"Say \\"hi\\"\\n","headline":"News"}');
  });

  it('renders the entire resource of a content type', () => {
    expect(renderJson('{/resource/}')).toEqual(context.resource);
  });

  it('renders the whole context for {/}', () => {
    expect(renderJson('{/}')).toEqual(context);
  });
});

describe('a JSON template', () => {
  it('keeps the type of a lone placeholder', () => {
    expect(renderJson(['{/resource/count}', '{/resource/live}', '{/resource/tags}', '{/resource/sys}', '{/resource/none}'])).toEqual([
      7,
      false,
      ['a', 'b'],
      { id: 'e1' },
      null,
    ]);
  });

  it('writes embedded values as text', () => {
    const template =
      'n={/resource/count} l={/resource/live} t={/resource/tags} o={/resource/sys} x={/resource/none}{/topic} s={/resource/entryTitle}';
    expect(renderJson([template])).toEqual(['n=7 l=false t=["a","b"] o={"id":"e1"} x= s=Say "hi"\n']);
  });

  it('keeps literals, names and order as they are', () => {
    expect(render({ b: 1.5, a: [true, null, '{"x":1}', '{{/y}'], '': {} })).toBe('{"b":1.5,"a":[true,null,"{\\"x\\":1}","{/y}"],"":{}}');
  });

  it('always parses, to the values that were inserted', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.jsonValue(), (value, text, literal) => {
        fc.pre(!/\{\s*\//.test(JSON.stringify(literal)));
        const body = render({ value: '{/resource/value}', text: '<{/resource/text}>', literal }, {}, withResource({ value, text }));
        expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify({ value, text: `<${text}>`, literal })));
      }),
    );
  });
});

describe('a string that spells JSON', () => {
  it('escapes values within strings and inserts JSON elsewhere', () => {
    const template = '{\n"title": "<{/resource/entryTitle}>", "all": {/resource/tags}, "none": {/resource/none}, "n": {/resource/count}\n}';
    expect(render(template)).toBe('{\n"title": "<Say \\"hi\\"\\n>", "all": ["a","b"], "none": null, "n": 7\n}');
  });

  it('minds escaped quotes and backslashes', () => {
    expect(renderJson('{"a\\"": "\\\\{/resource/entryTitle}\\"", "b": {/resource/entryTitle}}')).toEqual({
      'a"': '\\Say "hi"\n"',
      b: 'Say "hi"\n',
    });
  });

  it('always parses, whatever stands around the placeholders and whatever they insert', () => {
    const pieces = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', '"', '\\', '\\u', '0041', 'n', '1', '-', 'e', '.', ' ', '"a"', '"a":', '{/resource}'],
    );
    const wrapped = fc
      .array(pieces, { maxLength: 8 })
      .chain((parts) => fc.constantFrom(`{"k":${parts.join('')}}`, `["${parts.join('')}"]`, `[${parts.join('')}]`));
    fc.assert(
      fc.property(wrapped, fc.jsonValue(), (text, resource) => {
        let compiled;
        try {
          compiled = compileBody(text);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
          return;
        }
        fc.pre(compiled.form === 'json');
        expect(() => JSON.parse(renderBody(compiled, withResource(resource), { isJson: true }).toString()) as unknown).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a template of plain text', () => {
  it('inserts values as text', () => {
    expect(render('<p>{/user/firstname} {/user/lastname}, {/resource/none}{/resource/tags}</p>', { isJson: false })).toBe(
      '<p>Ann Lee, ["a","b"]</p>',
    );
  });

  it('fails when the body should be JSON and is not', () => {
    expect(() => render('Hello {/user/firstname}')).toThrow(expect.objectContaining({ code: 'template_error' }) as Error);
    expect(render('{/resource/count}{/resource/count}')).toBe('77');
  });

  it('sends a lone string without quotes unless the body is JSON', () => {
    expect(render('{/resource/headline}', { isJson: false })).toBe('News');
    expect(render('{/resource/headline}')).toBe('"News"');
    expect(render('{/resource/none}')).toBe('null');
    expect(render('{/resource/none}', { isJson: false })).toBe('');
  });
});

describe('any body template', () => {
  it('renders nothing at all for the empty string', () => {
    expect(render('')).toBe('');
  });

  it('never expands what it has inserted', () => {
    expect(renderJson({ a: '{/resource/sly}', b: 'x{/resource/sly}' })).toEqual({ a: '{/user/firstname}', b: 'x{/user/firstname}' });
    expect(render('{/resource/sly}{/resource/sly}', { isJson: false })).toBe('{/user/firstname}{/user/firstname}');
    const halves = withResource({ open: '{', rest: '/user/firstname}' });
    expect(render('{/resource/open}{/resource/rest}', { isJson: false }, halves)).toBe('{/user/firstname}');
  });

  it('reaches no prototype', () => {
    expect(renderJson(['{/resource/toString}', '{/resource/tags/length}', '{/resource/tags/map}', '{/user/hasOwnProperty}'])).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('renders a body of the largest size and fails on one byte more', () => {
    const text = 'é'.repeat((MAX_BODY_BYTES - 2) / 2);
    expect(renderBody(compileBody('{/resource}'), withResource(text), { isJson: true })).toHaveLength(MAX_BODY_BYTES);
    expect(() => render('{/resource}', {}, withResource(`${text}x`))).toThrow(expect.objectContaining({ code: 'template_error' }) as Error);
    expect(render(['{/resource}'], { maxBytes: 5 }, withResource('a'))).toBe('["a"]');
    expect(() => render(['{/resource}'], { maxBytes: 4 }, withResource('a'))).toThrow(DomainError);
  });
});
