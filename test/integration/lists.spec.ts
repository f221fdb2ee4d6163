import { operator, type TenantApi } from '../support/api.js';
import { createTestDatabase } from '../support/database.js';
import { pageOf, walk as walkPages } from '../support/pages.js';
import { startGateway } from '../support/processes.js';

interface Item {
  id: string;
}

describe('the lists', () => {
  let tenant: TenantApi;
  let other: TenantApi;

  beforeAll(async () => {
    const { url } = await startGateway({ DATABASE_URL: (await createTestDatabase()).url });
    [tenant, other] = [await operator(url).tenant('lists'), await operator(url).tenant('other')];
  });

  const page = (path: string) => pageOf(tenant, path);
  const walk = (path: string, between?: () => Promise<unknown>) => walkPages(tenant, path, between);

  describe('of events', () => {
    it('are walked to the end once and without repeats, while new ones come in', async () => {
      const published: string[] = [];
      const publish = async () => published.push((await tenant.publish({ type: 'walk', data: 1 })).id);
      for (let i = 0; i < 25; i++) await publish();
      const before = [...published].reverse();
      expect(await walk('/v1/events?type=walk&limit=4', publish)).toEqual(before);
      expect(await walk('/v1/events?type=walk&limit=100')).toEqual([...published].reverse());
    });

    it('end with a null cursor exactly at the last page, also when it is full', async () => {
      for (let i = 0; i < 4; i++) await tenant.publish({ type: 'pages', data: i });
      const first = await page('/v1/events?type=pages&limit=2');
      const second = await page(`/v1/events?type=pages&limit=2&cursor=${first.nextCursor}`);
      expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 2, null]);
      expect(await page('/v1/events?type=none')).toEqual({ items: [], nextCursor: null, searchedTo: null });
    });

    it('select exactly what their filters say', async () => {
      const at = new Date();
      const one = await tenant.publish({ type: 'f.one', data: 1, topic: 'red', resource: { type: 'order', id: '1' } });
      const two = await tenant.publish({ type: 'f.two', data: 1, topic: 'blue', resource: { type: 'order', id: '2' } });
      const three = await tenant.publish({ type: 'f.two', data: 1, topic: 'red', resource: { type: 'user', id: '1' } });
      const window = `from=${at.toISOString()}`;
      const found = async (query: string) => (await walk(`/v1/events?${window}&${query}&limit=200`)).reverse();
      expect(await found('type=f.one')).toEqual([one.id]);
      expect(await found('topic=red')).toEqual([one.id, three.id]);
      expect(await found('resourceType=order')).toEqual([one.id, two.id]);
      expect(await found('resourceId=1')).toEqual([one.id, three.id]);
      expect(await found('resourceType=user&resourceId=1&topic=red&type=f.two')).toEqual([three.id]);
      expect(await found('resourceType=user&resourceId=2')).toEqual([]);
      expect(await found('type=F.ONE')).toEqual([]);
      expect(await walk(`/v1/events?to=${at.toISOString()}&topic=red`)).toEqual([]);
      const later = new Date(Date.now() + 60_000).toISOString();
      expect(await walk(`/v1/events?from=${later}`)).toEqual([]);
    });
  });

  describe('of events by an id', () => {
    it('have the one of that id, the publisher’s own too, and none of another tenant', async () => {
      const ours = await tenant.publish({ type: 'by.id', data: 1 });
      await tenant.publish({ type: 'by.id', data: 2, id: 'own-42' });
      expect(await walk(`/v1/events?id=${ours.id}`)).toEqual([ours.id]);
      expect(await walk('/v1/events?id=own-42')).toEqual(['own-42']);
      expect(await walk('/v1/events?id=own-42&type=other')).toEqual([]);
      expect(await walk('/v1/events?id=nothing')).toEqual([]);
      expect(await pageOf(other, `/v1/events?id=${ours.id}`)).toEqual({ items: [], nextCursor: null, searchedTo: null });
    });
  });

  describe('of what people made', () => {
    it.each([
      ['/v1/apps', { name: 'a' }],
      ['/v1/keys', { name: 'k', permissions: ['events:list'] }],
      ['/v1/subscriptions', { name: 's', url: 'https://example.com/' }],
    ])('walk %s to the end once, while more are made', async (path, body) => {
      const made: string[] = [];
      const make = async () => made.push((await tenant.send<Item>('POST', path, { body })).body.id);
      for (let i = 0; i < 6; i++) await make();
      const before = new Set(await walk(`${path}?limit=200`));
      const walked = await walk(`${path}?limit=2`, make);
      expect(new Set(walked).size).toBe(walked.length);
      for (const id of before) expect(walked).toContain(id);
    });

    it('select subscriptions by their state, their name and the event types that they name', async () => {
      const base = { url: 'https://example.com/' };
      const on = await tenant.subscribe({ ...base, name: 'Findme ONE', eventTypes: ['order.*'] });
      const off = await tenant.subscribe({ ...base, name: { en: 'x', fr: 'findme two' }, enabled: false, eventTypes: ['order.paid'] });
      const held = await tenant.subscribe({ ...base, name: 'findme three', eventTypes: ['ORDER.*'] });
      await tenant.send('POST', `/v1/subscriptions/${held.id}/suspend`, { body: {} });
      const found = (query: string) => walk(`/v1/subscriptions?name=FindMe&limit=1&${query}`);
      expect(await found('')).toEqual([held.id, off.id, on.id]);
      expect(await found('enabled=false')).toEqual([off.id]);
      expect(await found('suspended=true')).toEqual([held.id]);
      expect(await found('active=true')).toEqual([on.id]);
      expect(await found('active=false')).toEqual([held.id, off.id]);
      expect(await found('eventType=order.*')).toEqual([held.id, on.id]);
      expect(await found('eventType=order.created')).toEqual([]);
    });
  });

  describe('have cursors', () => {
    const refusal = async (path: string, as = tenant): Promise<[number, string | undefined]> => {
      const { status, body } = await as.send<{ code?: string }>('GET', path);
      return [status, body.code];
    };
    let cursor: string;
    beforeAll(async () => {
      for (const one of [tenant, other]) for (let i = 0; i < 3; i++) await one.publish({ type: 'cursor', data: i });
      cursor = (await page('/v1/events?type=cursor&limit=1')).nextCursor!;
    });

    it('that are good for the same list with any page size', async () => {
      expect((await page(`/v1/events?type=cursor&limit=2&cursor=${cursor}`)).items).toHaveLength(2);
      expect((await page(`/v1/events?cursor=${cursor}&type=cursor`)).items).toHaveLength(2);
    });

    it.each([
      ['another filter', () => `/v1/events?type=other&cursor=${cursor}`],
      ['no filter', () => `/v1/events?cursor=${cursor}`],
      ['one filter more', () => `/v1/events?type=cursor&topic=t&cursor=${cursor}`],
      ['another list', () => `/v1/deliveries?cursor=${cursor}`],
      [
        'one bit of it changed',
        () => `/v1/events?type=cursor&cursor=${cursor.slice(0, 30)}${cursor[30] === 'A' ? 'B' : 'A'}${cursor.slice(31)}`,
      ],
      ['its end cut off', () => `/v1/events?type=cursor&cursor=${cursor.slice(0, -4)}`],
      ['something added', () => `/v1/events?type=cursor&cursor=${cursor}AAAA`],
      ['another spelling of its bytes', () => `/v1/events?type=cursor&cursor=${cursor}%3D`],
    ])('that are refused with %s', async (_, path) => {
      expect(await refusal(path())).toEqual([422, 'invalid_cursor']);
    });

    it('that are refused to another tenant', async () => {
      expect(await refusal(`/v1/events?type=cursor&cursor=${cursor}`, other)).toEqual([422, 'invalid_cursor']);
      expect(await refusal(`/v1/events?type=cursor&cursor=${cursor}`)).toEqual([200, undefined]);
    });
  });
});
