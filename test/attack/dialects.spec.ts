import { gzipSync } from 'node:zlib';
import { type Answer, caller, operator } from '../support/api.js';
import { socketAnswer } from '../support/raw-http.js';
import { type DialectFields, DIALECTS, expectDialectRefusal, prepareOs1 } from './dialects.js';
import { leavingNoTrace } from '../support/refusals.js';
import { itStillDelivers, startTarget, type Target } from './target.js';

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** Bodies that are refused wherever they go, as they are sent, with the native API's status and code. */
const BODIES: [number, string, string | Buffer, Record<string, string>, number, string][] = [
  [1, 'half an object', '{"a":', {}, 400, 'invalid_json'],
  [2, 'nothing', '', {}, 400, 'empty_body'],
  ...['null', '1', '"x"', '[]'].map((body): [number, string, string, Record<string, string>, number, string] => [
    3,
    `${body} for an object`,
    body,
    {},
    422,
    'invalid_type',
  ]),
  [4, 'text/plain', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
  [4, 'a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'form'],
  [5, 'utf-16', '{}', { 'content-type': 'application/json; charset=utf-16' }, 415, 'unsupported_media_type'],
  [6, 'bytes that are not UTF-8', Buffer.from('7b2261223a22ff227d', 'hex'), {}, 400, 'invalid_encoding'],
  [7, 'a byte order mark', '\ufeff{}', {}, 400, 'invalid_json'],
  [15, '65 levels', `{"a":${nested(65)}}`, {}, 422, 'too_deep'],
  [15, '100,000 levels', `{"a":${nested(100_000)}}`, {}, 422, 'too_deep'],
  [
    16,
    '10,001 members',
    JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`k${i}`, i]))),
    {},
    422,
    'too_many_items',
  ],
  [17, 'more than 256 KiB', JSON.stringify({ a: 'x'.repeat(262_144) }), {}, 413, 'payload_too_large'],
  [18, 'gzip', gzipSync('{}'), { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
  [30, '__proto__', '{"__proto__":{"admin":true}}', {}, 400, 'forbidden_key'],
  [31, 'constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}', {}, 400, 'forbidden_key'],
];

const url = (row: number, code: string, ...urls: string[]): [number, string, DialectFields, string][] =>
  urls.map((text) => [row, `the url ${JSON.stringify(text).slice(0, 60)}`, { url: text }, code]);

/** Subscriptions that are wrong in one field, in each dialect that has it. */
const FIELDS: [number, string, DialectFields, string][] = [
  [8, 'U+0000 in the name', { name: 'a\u0000b' }, 'invalid_character'],
  [8, 'U+0000 in the url', { url: 'https://example.com/\u0000' }, 'invalid_character'],
  [10, 'half a surrogate pair', { name: '\ud800' }, 'invalid_character'],
  [26, 'an unknown member', { more: { foo: 1 } }, 'unknown_field'],
  [27, 'tenantId', { more: { tenantId: 'ten_01ARYZ6S41XR7KT3TYPFTT39XD' } }, 'unknown_field'],
  [28, '"true" for a flag', { enabled: 'true' }, 'invalid_type'],
  [28, '1 for a flag', { enabled: 1 }, 'invalid_type'],
  [28, '{} for a url', { url: {} }, 'invalid_type'],
  [28, '[] for a url', { url: ['https://example.com/'] }, 'invalid_type'],
  ...url(58, 'url_scheme', 'ftp://example.com/', 'file:///etc/passwd', 'javascript:alert(1)', 'gopher://example.com/'),
  ...url(60, 'url_userinfo', 'https://u:p@example.com/', 'https://good.com@169.254.169.254/'),
  ...url(61, 'url_blocked_address', 'https://2130706498', 'https://0x7f000042', 'https://127.0.0.66.'),
  ...url(62, 'url_blocked_address', 'https://①②⑦.⓪.⓪.⑥⑥', 'https://%31%32%37.0.0.66'),
  ...url(63, 'url_blocked_address', 'https://[::1]/', 'https://[::ffff:127.0.0.66]/', 'https://[fe80::1]/'),
  ...url(64, 'url_host', 'https://[fe80::1%25eth0]/'),
  ...url(65, 'url_blocked_address', 'https://10.0.0.1/', 'https://169.254.169.254/latest/meta-data/', 'https://192.168.0.1/'),
  ...url(66, 'url_blocked_address', 'https://localhost/', 'https://metadata.google.internal/'),
  ...url(67, 'url_host', 'https://single/', 'https://-a.com/'),
  ...url(69, 'url_port', 'https://example.com:22/', 'https://example.com:6379/'),
  ...url(70, 'url_invalid_character', 'https://exa\nmple.com/', 'https://example.com/a b'),
  ...url(71, 'url_fragment', 'https://example.com/#a'),
  ...url(78, 'template_in_authority', 'https://{/data/host}/', 'https://example.com:{/data/port}/'),
  ...url(80, 'template_forbidden_name', 'https://example.com/{/constructor/name}'),
  [74, 'a header name with a blank', { headers: { 'a b': 'x' } }, 'header_name_invalid'],
  [74, 'a header name with a line break', { headers: { 'a\r\nb': 'x' } }, 'header_name_invalid'],
  [75, 'a header value with a line break', { headers: { 'X-A': 'a\r\nX-B: 1' } }, 'header_value_invalid'],
  ...['Host', 'Content-Length', 'Webhook-Id', 'X-Forwarded-For', 'Metadata-Flavor', 'Tidings-X'].map(
    (name): [number, string, DialectFields, string] => [76, `the header ${name}`, { headers: { [name]: 'x' } }, 'header_forbidden'],
  ),
  [77, 'a header in two cases', { headers: { 'X-A': 'a', 'x-a': 'b' } }, 'header_duplicate'],
  [88, 'an event type with a blank', { eventType: 'a b' }, 'invalid'],
  [88, 'an event type of 300 letters', { eventType: 'x'.repeat(300) }, 'invalid'],
  [88, 'an event type that is a pattern', { eventType: 'a..b' }, 'invalid'],
];

describe.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))('through %s', (_, dialect) => {
  let target: Target;
  let uuid: string;
  let key: string;
  beforeAll(async () => {
    target = await startTarget();
    ({ uuid } = (await operator(target.gateway.url).send<{ uuid: string }>('GET', `/v1/tenants/${target.tenant.id}`)).body);
    key = dialect.name === 'OS1' ? await prepareOs1(target.gateway.url, target.tenant) : target.tenant.key;
  });

  const at = (path: string): string => path.replace('{tenant}', uuid);
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<unknown>> =>
    caller(target.gateway.url)(method, at(path), { body, headers: { ...dialect.credential(key), ...headers } });
  const create = (body: unknown, headers?: Record<string, string>) => send('POST', dialect.create, body, headers);

  const has = ([, , fields]: (typeof FIELDS)[number]): boolean => dialect.body(fields) !== null;

  it.each(BODIES)('row %i: a body of %s is refused', async (_row, _what, body, headers, status, code) => {
    const answer = await leavingNoTrace(target, () => create(body, headers));
    expectDialectRefusal(dialect, answer, status, code);
  });

  it.each(FIELDS.filter(has))('row %i: %s is refused', async (_row, _what, fields, code) => {
    const answer = await leavingNoTrace(target, () => create(dialect.body(fields)));
    expect(answer.status).toBeLessThan(500);
    // Which of a dialect's own rules speaks first is its own business, and so whether this is a fault of shape.
    const status = dialect.name === 'Contensis' ? answer.status : dialect.status(422, code);
    expect([400, 422]).toContain(status);
    expect(answer.status).toBe(status);
    dialect.expectShape(answer);
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|SELECT |postgres/i);
  });

  it('row 48: a stranger is refused in its words', async () => {
    for (const headers of [{}, dialect.credential('nobody'), { authorization: 'Basic eDp5' }]) {
      const answer = await leavingNoTrace(target, () => caller(target.gateway.url)('GET', at(dialect.list), { headers }));
      expectDialectRefusal(dialect, answer, 401, 'unauthenticated');
      expect(answer.headers.get('www-authenticate')).toMatch(/^(Bearer|Token)/);
    }
  });

  it('row 51: a key that may not is refused in its words', async () => {
    const publisher = await operator(target.gateway.url).createKey(target.tenant.id, ['events:publish']);
    const headers = dialect.credential(publisher.key);
    for (const [method, path, body] of [
      ['GET', dialect.list, undefined],
      ['POST', dialect.create, dialect.body({})],
    ] as const) {
      const answer = await leavingNoTrace(target, () => caller(target.gateway.url)(method, at(path), { headers, body }));
      expectDialectRefusal(dialect, answer, 403, 'insufficient_scope');
    }
  });

  it('row 35: ids that are none, and that nobody has, are not found, or bad requests', async () => {
    const base = dialect.create.replace(/\/$/, '');
    for (const id of [
      'nonsense',
      '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f',
      '01ARYZ6S41XR7KT3TYPFTT39XD',
      '8ZZZZZZZZZZZZZZZZZZZZZZZZZ',
      '-1',
      '99999999999999999999',
      '%00',
      "'%20OR%201=1--",
    ]) {
      const answer = await leavingNoTrace(target, () => send('GET', `${base}/${id}`));
      expect([id, [400, 404].includes(answer.status)]).toEqual([id, true]);
      dialect.expectShape(answer);
    }
  });

  it('row 33: query parameters that it does not know are refused, and none reaches a prototype', async () => {
    for (const query of ['a[__proto__][x]=1', '__proto__=1', 'tenantId=1']) {
      const answer = await leavingNoTrace(target, () => send('GET', `${dialect.list}?${query}`));
      expect([query, answer.status]).toEqual([query, dialect.status(422, 'unknown_field')]);
      dialect.expectShape(answer);
    }
  });

  it('row 25: methods that it has not, and paths that nobody serves, are refused in its words', async () => {
    for (const [method, path] of [
      ['PUT', dialect.create],
      ['DELETE', dialect.create],
      ['GET', `${dialect.create.replace(/\/$/, '')}/a/b/c`],
    ] as const) {
      const answer = await leavingNoTrace(target, () => send(method, path));
      expectDialectRefusal(dialect, answer, 404, 'not_found');
    }
  });

  it('row 17: a length beyond the limit is refused before a byte of the body has come', async () => {
    const credential = Object.entries(dialect.credential(key)).map(([name, value]) => `${name}: ${value}`);
    const lines = [
      `POST ${at(dialect.create)} HTTP/1.1`,
      'host: x',
      'content-type: application/json',
      'content-length: 5000000',
      ...credential,
    ];
    const { status, body } = await leavingNoTrace(target, () => socketAnswer(target.gateway.url, lines));
    expect(status).toBe(dialect.status(413, 'payload_too_large'));
    expect(JSON.parse(body)).toEqual(expect.any(Object));
  });

  it('what is sound is taken, so that each refusal above was for its one fault', async () => {
    expect((await create(dialect.body({}))).status).toBe(dialect.created);
    if (dialect.body({ headers: {} }))
      expect((await create(dialect.body({ url: 'https://example.com/other', headers: { 'X-A': 'a' } }))).status).toBe(dialect.created);
    expect((await send('GET', dialect.list)).status).toBe(200);
  });

  itStillDelivers(() => target);
});
