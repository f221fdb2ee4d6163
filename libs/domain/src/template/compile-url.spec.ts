import { DomainError } from '../errors.js';
import { MAX_URL_BYTES, compileUrl } from './compile-url.js';

function refusal(text: string): string {
  try {
    compileUrl(text);
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  throw new Error('The url was accepted.');
}

describe('compileUrl', () => {
  it('knows the origin before any event comes', () => {
    expect(compileUrl('https://external.mywebsite.com/handlewebhooks/{/resource/sys.id}').origin).toBe('https://external.mywebsite.com');
    expect(compileUrl('HTTPS://Example.com:443').origin).toBe('https://example.com');
    expect(compileUrl('http://[::1]:8080?a={/data/a}').origin).toBe('http://[::1]:8080');
  });

  it('tells the path from the query and drops the fragment', () => {
    expect(compileUrl('https://h.example/{/a}?q={/b}#{/c}x').parts).toEqual([
      'https://h.example/',
      { tokens: ['a'], in: 'path' },
      '?q=',
      { tokens: ['b'], in: 'query' },
      '',
    ]);
  });

  it.each([
    '{/resource/}',
    '{/resource/url}/x',
    'https://{/resource/host}/x',
    'https://h.example{/resource/path}',
    'https://h.example:{/resource/port}/',
    'https://{/user/name}:pw@h.example/',
    'https://a.{/resource/host}.example/x',
    'https:/{/resource/host}/x',
    'https:{/resource/host}/x',
    'https:///{/resource/host}/x',
    'https://\\{/resource/host}/x',
    '//{/resource/host}/x',
    '/{/resource/path}',
    '{/resource/scheme}://h.example/',
  ])('refuses %j: the authority is literal', (text) => {
    expect(refusal(text)).toBe('template_in_authority');
  });

  it.each([
    ['ftp://h.example/{/a}', 'url_scheme'],
    ['javascript://h.example/{/a}', 'url_scheme'],
    ['no url', 'url_invalid'],
    ['', 'url_invalid'],
    ['/path', 'url_invalid'],
    ['https://exa\nmple.com/', 'url_invalid'],
    ['https://h.example/a b', 'url_invalid'],
    ['https://h.example/\0', 'url_invalid'],
    ['https://h.example\\x/{/a}', 'template_in_authority'],
    ['https://h.example/\\x', 'url_invalid'],
    ['https://h.example/a/../b', 'url_invalid'],
    ['https://h.example/%2E%2e/b', 'url_invalid'],
    ['https://@/{/a}', 'url_invalid'],
    ['https://h.example/{/a', 'template_unclosed'],
    ['https://h.example/{/__proto__}', 'template_forbidden_name'],
  ])('refuses %j with %s', (text, code) => {
    expect(refusal(text)).toBe(code);
  });

  it(`takes ${MAX_URL_BYTES} literal bytes and refuses one more`, () => {
    const url = 'https://h.example/'.padEnd(MAX_URL_BYTES, 'x');
    expect(compileUrl(url).parts).toEqual([url]);
    expect(refusal(`${url}x`)).toBe('template_too_large');
  });
});
