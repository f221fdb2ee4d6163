import { LIMITS } from './limits.js';
import { resourceUrl } from './resource-url.js';

const BASE = 'https://oms.example.com/app';
const of = (path: string, resourceId = '7', resourceType = 'package', base = BASE): string | null =>
  resourceUrl(base, path, { resourceType, resourceId });

describe('the url of a resource', () => {
  it.each([
    ['/api/users/{userId}', '/api/users/7'],
    ['/api/users/{/resource/id}/', '/api/users/7/'],
    ['/api/{model}/{pk}?expand={pk}', '/api/package/7?expand=7'],
    ['/api/{/resource/type}/{id}', '/api/package/7'],
  ])('is its app’s base url with the path filled in: %s', (path, filled) => expect(of(path)).toBe(`${BASE}${filled}`));

  it('has one slash where the two meet', () =>
    expect(of('/u/{id}', '7', 'p', 'https://oms.example.com/')).toBe('https://oms.example.com/u/7'));

  it('holds the key in one segment, whatever is in it', () => {
    expect(of('/u/{id}/x', 'a/b?c#d&e=%')).toBe(`${BASE}/u/a%2Fb%3Fc%23d%26e%3D%25/x`);
  });

  it.each(['.', '..', '../../admin', 'a/../..'])('is none for a key that would move the path: %j', (key) =>
    expect(of('/u/{id}', key)).toBeNull(),
  );

  it.each(['/u', '/u/{a}/{b}', '/{model}'])('is none where the path does not say where the key goes: %s', (path) =>
    expect(of(path)).toBeNull(),
  );

  it('is none beyond the bytes of a url, and none for half a surrogate pair', () => {
    const room = LIMITS.urlBytes.max - `${BASE}/u/`.length;
    expect(of('/u/{id}', 'x'.repeat(room))).toHaveLength(LIMITS.urlBytes.max);
    expect(of('/u/{id}', 'x'.repeat(room + 1))).toBeNull();
    expect(of('/u/{id}', '\ud800')).toBeNull();
  });
});
