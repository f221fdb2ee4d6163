import { gzipSync } from 'node:zlib';
import { socketAnswer } from '../support/raw-http.js';
import { itRefuses, leavingNoTrace, type Refused } from '../support/refusals.js';
import { itStillDelivers, startTarget, type Target } from './target.js';

const EVENT = '{"type":"t","data":1}';
const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const many = (count: number): Record<string, number> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));

const SUBSCRIBE = 'POST /v1/subscriptions';
const PUBLISH = 'POST /v1/events';
const sound = { name: 'n', url: 'https://example.com/' };
const POSTS = [PUBLISH, 'POST /v1/events/batch', 'POST /v1/explain', SUBSCRIBE, 'POST /v1/apps', 'POST /v1/keys'];
const everywhere = (over: Omit<Refused, 'to'>): Refused[] => POSTS.map((to) => ({ ...over, to }));
const typed = (contentType: string) => ({ 'content-type': contentType });

describe('a body', () => {
  let target: Target;
  beforeAll(async () => (target = await startTarget()));

  itRefuses(
    () => target,
    [
      ...everywhere({ row: 1, what: 'half an object', body: '{"a":', status: 400, code: 'invalid_json' }),
      ...everywhere({ row: 1, what: 'a trailing comma', body: '{"a":1,}', status: 400, code: 'invalid_json' }),
      ...everywhere({ row: 2, what: 'nothing', body: '', status: 400, code: 'empty_body' }),
      ...['null', '1', '"x"', '[]'].flatMap((body) =>
        everywhere({ row: 3, what: `${body} for an object`, body, status: 422, code: 'invalid_type' }),
      ),
      ...[
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/octet-stream',
        'application/jsonp',
      ].flatMap((type) =>
        everywhere({ row: 4, what: type, headers: typed(type), body: EVENT, status: 415, code: 'unsupported_media_type' }),
      ),
      ...everywhere({
        row: 5,
        what: 'utf-16',
        headers: typed('application/json; charset=utf-16'),
        body: EVENT,
        status: 415,
        code: 'unsupported_media_type',
      }),
      ...everywhere({
        row: 6,
        what: 'bytes that are not UTF-8',
        body: Buffer.from('7b2261223a22ff227d', 'hex'),
        status: 400,
        code: 'invalid_encoding',
      }),
      ...everywhere({ row: 7, what: 'a byte order mark', body: Buffer.from(`\ufeff${EVENT}`), status: 400, code: 'invalid_json' }),
      ...everywhere({
        row: 18,
        what: 'gzip',
        headers: { 'content-encoding': 'gzip' },
        body: gzipSync(EVENT),
        status: 415,
        code: 'unsupported_media_type',
      }),
      ...[65, 1_000, 100_000].flatMap((levels): Refused[] => [
        { row: 15, what: `${levels} levels`, to: PUBLISH, body: `{"type":"t","data":${nested(levels)}}`, status: 422, code: 'too_deep' },
        {
          row: 15,
          what: `${levels} levels`,
          to: SUBSCRIBE,
          body: `{"name":"n","url":"https://example.com/","metadata":{"a":${nested(levels)}}}`,
          status: 422,
          code: 'too_deep',
        },
      ]),
      { row: 16, what: '10,001 members', to: SUBSCRIBE, body: { ...sound, metadata: many(10_001) }, status: 422, code: 'too_many_items' },
      {
        row: 16,
        what: '10,001 items',
        to: SUBSCRIBE,
        body: { ...sound, metadata: { a: Array(10_001).fill(1) } },
        status: 422,
        code: 'too_many_items',
      },
      {
        row: 15,
        what: 'a million levels',
        to: 'POST /v1/events/batch',
        body: `{"events":${nested(1_000_000)}}`,
        status: 422,
        code: 'too_deep',
      },
      ...[
        { to: 'POST /v1/apps', body: { name: 'a\u0000b' }, at: '/name' },
        { to: 'POST /v1/keys', body: { name: 'a\u0000b', permissions: ['events:list'] }, at: '/name' },
        { to: 'POST /v1/keys', body: { name: '\udc00', permissions: ['events:list'] }, at: '/name' },
        { to: PUBLISH, body: { type: 't', data: 1, topic: 'a\u0000b' }, at: '/topic' },
        { to: PUBLISH, body: { type: 't', data: 1, resource: { type: 'r', id: 'a\u0000b' } }, at: '/resource' },
      ].map((one): Refused => ({
        row: one.body.name === '\udc00' ? 10 : 8,
        what: 'text that cannot be stored',
        status: 422,
        code: one.to === PUBLISH ? 'invalid' : 'invalid_character',
        ...one,
      })),
      ...[
        { to: 'POST /v1/apps', body: { name: 'a', foo: 1 }, at: '/foo' },
        { to: 'POST /v1/keys', body: { name: 'a', permissions: ['events:list'], hash: 'x' }, at: '/hash' },
        { to: 'POST /v1/keys', body: { name: 'a', permissions: ['events:list'], id: 'x' }, at: '/id' },
        { to: 'POST /v1/events/batch', body: { events: [{ type: 't', data: 1 }], 'a/b~c': 1 }, at: '/a~1b~0c' },
        { to: SUBSCRIBE, body: { ...sound, ['x'.repeat(200_000)]: 1 } },
      ].map((one): Refused => ({ row: 26, what: 'an unknown member', status: 422, code: 'unknown_field', ...one })),
      ...everywhere({ row: 29, what: 'Infinity', body: '{"a":Infinity}', status: 400, code: 'invalid_json' }),
      ...everywhere({ row: 29, what: 'NaN', body: '{"a":NaN}', status: 400, code: 'invalid_json' }),
      ...everywhere({ row: 30, what: '__proto__', body: '{"__proto__":{"admin":true}}', status: 400, code: 'forbidden_key' }),
      ...everywhere({
        row: 30,
        what: '__proto__ in disguise',
        body: '{"a":{"\\u005f_proto__":{"admin":true}}}',
        status: 400,
        code: 'forbidden_key',
      }),
      ...everywhere({
        row: 31,
        what: 'constructor.prototype',
        body: '{"constructor":{"prototype":{"admin":true}}}',
        status: 400,
        code: 'forbidden_key',
      }),
    ],
  );

  it.each(POSTS)('row 17: %s refuses 5 MB without reading them, and closes the connection', async (to) => {
    // Not one of them is sent: the refusal cannot have waited for any.
    const lines = [`${to} HTTP/1.1`, 'host: x', 'content-type: application/json', `content-length: ${5 * 1_024 * 1_024}`];
    const answer = await leavingNoTrace(target, () =>
      socketAnswer(target.gateway.url, [...lines, `authorization: Bearer ${target.tenant.key}`]),
    );
    expect([answer.status, answer.body]).toEqual([413, expect.stringContaining('payload_too_large')]);
    expect(answer.head.toLowerCase()).toContain('connection: close');
  });

  it('row 30: leaves no trace of a poisoned prototype', async () => {
    const { body } = await target.tenant.send<object>('GET', '/v1/events');
    expect((body as { admin?: unknown }).admin).toBeUndefined();
    expect((await target.tenant.send('GET', '/v1/tenants')).status).toBe(403);
  });

  describe('that is a publisher’s own', () => {
    const storedFor = async (id: string): Promise<string | undefined> => {
      const [row] = await target.db.query<{ raw: Buffer }>(
        `SELECT e.raw FROM events e JOIN event_keys k ON k.event_id = e.id WHERE k.key = $1`,
        [`i:${id}`],
      );
      return row?.raw.toString();
    };

    it.each([
      [11, 'U+0000', '"a\\u0000b"'],
      [11, 'half a surrogate pair', '"\\ud800"'],
      [12, 'repeated names', '{"a":1,"a":2}'],
      [13, 'numbers beyond a double', '[1e400, 12345678901234567890, 1.0, -0]'],
      [13, 'blanks and escapes', '{ "\\u0061" :\t[ ] }'],
      [16, '100,000 items', `[${'1,'.repeat(99_999)}1]`],
      [32, 'names of the prototype', '{"constructor":1,"toString":2,"hasOwnProperty":3}'],
    ])('row %i: is taken with %s and kept byte for byte', async (row, _, data) => {
      const id = `exact-${row}-${data.length}`;
      const body = `{"id":"${id}", "type":"constructor" ,"data":${data}}`;
      expect((await target.tenant.send('POST', '/v1/events', { body })).status).toBe(202);
      expect(await storedFor(id)).toBe(body);
      const { status } = await target.tenant.send('GET', `/v1/events/${id}`);
      expect(status).toBe(200);
    });
  });

  it('row 12: shows filters the last of members that are there twice', async () => {
    const { id } = await target.tenant.subscribe({ url: sound.url, eventTypes: ['twice'], filter: { '===': [{ var: 'data.a' }, 2] } });
    const explain = (data: string) =>
      target.tenant.send<{ items: { matched: boolean }[] }>('POST', `/v1/explain?subscription=${id}`, {
        body: `{"type":"twice","data":${data}}`,
      });
    expect((await explain('{"a":1,"a":2}')).body.items[0]?.matched).toBe(true);
    expect((await explain('{"a":2,"a":1}')).body.items[0]?.matched).toBe(false);
  });

  it('row 30: forbidden names in another’s spelling reach no prototype either', async () => {
    for (const name of ['__PROTO__', '__proto', 'prototype', '__defineGetter__', '__lookupSetter__'])
      await target.tenant.send('POST', '/v1/subscriptions', { body: { ...sound, metadata: { [name]: { admin: true } } } });
    expect((await target.tenant.send('GET', '/v1/tenants')).status).toBe(403);
  });

  it('row 15: is taken with 64 levels, wherever it goes', async () => {
    const published = await target.tenant.send('POST', '/v1/events', { body: `{"type":"t","data":${nested(63)}}` });
    const subscribed = await target.tenant.send('POST', '/v1/subscriptions', {
      body: `{"name":"n","url":"https://example.com/","metadata":{"a":${nested(62)}}}`,
    });
    expect([published.status, subscribed.status]).toEqual([202, 201]);
  });

  it('row 32: may name its own things as it likes', async () => {
    const metadata = { constructor: 'a', toString: 'b', valueOf: null };
    const { body } = await target.tenant.send<{ id: string }>('POST', '/v1/subscriptions', {
      body: { ...sound, metadata, headers: { constructor: 'x' } },
    });
    const read = await target.tenant.send<{ metadata: unknown; headers: unknown }>('GET', `/v1/subscriptions/${body.id}`);
    expect(read.body).toMatchObject({ metadata, headers: { constructor: 'x' } });
  });

  itStillDelivers(() => target);
});
