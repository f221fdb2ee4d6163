import type { TenantApi } from './api.js';
import type { Page } from './api-shapes.js';

interface Item {
  id: string;
}

/** One page of a list that has to be there. */
export async function pageOf(tenant: TenantApi, path: string): Promise<Page<Item>> {
  const { status, body } = await tenant.send<Page<Item> & { code?: string }>('GET', path);
  if (status !== 200) throw new Error(`${path} answered ${status} ${body.code}.`);
  return body;
}

/** The ids on all pages of a list, in its order; `between` runs between two pages. `path` has a query. */
export async function walk(tenant: TenantApi, path: string, between: () => Promise<unknown> = async () => undefined): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { items, nextCursor }: Page<Item> = await pageOf(tenant, `${path}${cursor && `&cursor=${cursor}`}`);
    ids.push(...items.map(({ id }) => id));
    cursor = nextCursor;
    if (cursor) await between();
  }
  return ids;
}
