import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { MAX_URL_BYTES, compileUrl } from './compile-url.js';
import type { TemplateContext } from './context.js';
import { renderUrl } from './render-url.js';

const contextOf = (resource: unknown): TemplateContext => ({
  event: { id: 'evt_1', name: 'updated', type: 'entry.updated', topic: null, timestamp: '2020-09-01T08:59:49.000Z' },
  resource,
  user: null,
  data: null,
  subscription: { id: 'sub_1', name: 'Movies' },
  delivery: { id: 'dlv_1', uuid: 'u' },
});
const render = (url: string, resource: unknown): string => renderUrl(compileUrl(url), contextOf(resource));
const templateError = expect.objectContaining({ code: 'template_error' }) as Error;

describe('renderUrl', () => {
  it.each([
    'https://external.mywebsite.com/handlewebhooks/{/resource/sys.id}',
    'https://external.mywebsite.com/handlewebhooks/{/resource/sys/id}',
  ])('renders %s with the id at its end', (url) => {
    expect(render(url, { sys: { id: 'e1' } })).toBe('https://external.mywebsite.com/handlewebhooks/e1');
  });

  it.each([
    ['a b/c', 'a%20b%2Fc'],
    ['/evil', '%2Fevil'],
    ['?x#y&z=%41', '%3Fx%23y%26z%3D%2541'],
    ['\r\nHost: x', '%0D%0AHost%3A%20x'],
    ['é😀', '%C3%A9%F0%9F%98%80'],
    ['x\ud800', 'x%EF%BF%BD'],
    ['@h:1', '%40h%3A1'],
    ['{/event/id}', '%7B%2Fevent%2Fid%7D'],
    [42, '42'],
    [false, 'false'],
    ['...', '...'],
  ])('escapes %j whole, in path and query', (value, escaped) => {
    expect(render('https://h.example/{/resource}/x?q={/resource}&r=1', value)).toBe(`https://h.example/${escaped}/x?q=${escaped}&r=1`);
  });

  it('keeps what the subscriber wrote as it is', () => {
    expect(render('https://H.example/a%2Fb/é/{{/x}?q=%20+&{/resource}#gone', 1)).toBe('https://H.example/a%2Fb/é/{/x}?q=%20+&1');
    expect(render('https://h.example', 1)).toBe('https://h.example');
  });

  it.each(['.', '..', '../admin', 'a/../b', '..\\x'])('fails when a value makes %j a segment of the path', (value) => {
    expect(() => render('https://h.example/x/{/resource}/y', value)).toThrow(templateError);
    expect(render('https://h.example/x?q={/resource}', value)).toBe(`https://h.example/x?q=${encodeURIComponent(value)}`);
  });

  it.each([
    ['https://h.example/x/.{/resource}', '.'],
    ['https://h.example/x/%2e{/resource}', '.'],
    ['https://h.example/x/{/resource}%2E', '.'],
    ['https://h.example/x/{/resource}{/resource}/y', '.'],
  ])('fails when %s and the value %j make a dot segment together', (url, value) => {
    expect(() => render(url, value)).toThrow(templateError);
  });

  it.each([undefined, null, '', {}, { a: 1 }, [1]])('fails when the path has only %j to insert', (value) => {
    expect(() => render('https://h.example/{/resource/x}', { x: value })).toThrow(templateError);
  });

  it('inserts nothing for what the query misses, and the JSON of structures', () => {
    expect(render('https://h.example/?a={/resource/none}&b={/resource/null}&c={/resource/list}', { null: null, list: [1, 'x'] })).toBe(
      'https://h.example/?a=&b=&c=%5B1%2C%22x%22%5D',
    );
  });

  it(`renders up to ${MAX_URL_BYTES} bytes and fails on one more`, () => {
    const base = 'https://h.example/?q=';
    const value = 'x'.repeat(MAX_URL_BYTES - base.length);
    expect(render(`${base}{/resource}`, value)).toHaveLength(MAX_URL_BYTES);
    expect(() => render(`${base}{/resource}`, `${value}x`)).toThrow(templateError);
  });

  it('fails rather than leave the origin it was compiled for, should a value ever reach the host', () => {
    const parts = ['https://h.example', { tokens: ['resource'], in: 'query' as const }, '/'];
    expect(() => renderUrl({ origin: 'https://h.example', parts }, contextOf('.evil.example'))).toThrow(templateError);
  });

  it('keeps its origin and the shape of its path for every value', () => {
    const compiled = compileUrl('https://h.example:8443/a/{/resource/path}/z?q={/resource/query}&r=1');
    const spiky = fc.string({
      unit: fc.oneof(fc.constantFrom('.', '/', '\\', '@', ':', '#', '?', '%', '2e', '\r', '\n', '\t', '\0', '\ud800'), fc.string()),
    });
    fc.assert(
      fc.property(fc.oneof(spiky, fc.jsonValue()), fc.oneof(spiky, fc.jsonValue()), (path, query) => {
        try {
          const url = new URL(renderUrl(compiled, contextOf({ path, query })));
          expect(url.origin).toBe('https://h.example:8443');
          expect(url.username + url.password + url.hash).toBe('');
          expect(url.pathname.split('/')).toEqual(['', 'a', expect.stringMatching(/./), 'z']);
          expect([...url.searchParams.keys()]).toEqual(['q', 'r']);
        } catch (error) {
          expect(error).toMatchObject({ code: 'template_error' });
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
