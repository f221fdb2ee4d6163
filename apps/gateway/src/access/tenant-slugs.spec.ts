import type { TenantEntity } from '#store/entities/tenant.entity.js';
import { TenantSlugs } from './tenant-slugs.js';

describe('a tenant’s slug', () => {
  const asked: string[] = [];
  const find = (id: string): Promise<TenantEntity | null> => {
    asked.push(id);
    return Promise.resolve(id === 'a' ? ({ id, slug: 'movies' } as TenantEntity) : null);
  };

  it('is its own letter for letter, and nobody else’s', async () => {
    const slugs = new TenantSlugs({ find });
    expect(await slugs.isSlugOf('movies', 'a')).toBe(true);
    expect(await slugs.isSlugOf('Movies', 'a')).toBe(false);
    expect(await slugs.isSlugOf('movies', 'b')).toBe(false);
  });

  it('is read once, since it never changes', async () => {
    const slugs = new TenantSlugs({ find });
    asked.length = 0;
    await slugs.isSlugOf('movies', 'a');
    await slugs.isSlugOf('other', 'a');
    expect(asked).toEqual(['a']);
  });
});
