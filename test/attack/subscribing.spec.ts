import { LIMITS } from '../../libs/domain/src/limits.js';
import { operator } from '../support/api.js';
import { expectProblem, itRefuses, leavingNoTrace, type Problem, type Refused } from '../support/refusals.js';
import { itStillDelivers, startTarget, type Target } from './target.js';

const TO = 'POST /v1/subscriptions';
const sound = { name: 'n', url: 'https://example.com/' };

const refused = (row: number, what: string, fields: object, code: string, at?: string): Refused => ({
  row,
  what,
  to: TO,
  body: { ...sound, ...fields },
  status: 422,
  code,
  ...(at === undefined ? {} : { at }),
});
const retry = (over: object) => ({ failureHandling: { retry: { kind: 'schedule', delaysSeconds: [0], maxAttempts: 3, ...over } } });
const nul = 'a\u0000b';

const texts: Refused[] = [
  refused(8, 'U+0000 in the name', { name: nul }, 'invalid_character', '/name'),
  refused(8, 'U+0000 in a locale’s text', { description: { en: nul } }, 'invalid_character', '/description/en'),
  refused(8, 'U+0000 in the url', { url: `https://example.com/${nul}` }, 'invalid_character', '/url'),
  refused(8, 'U+0000 in a header', { headers: { 'X-A': nul } }, 'invalid_character', '/headers/X-A'),
  refused(8, 'U+0000 in a filter', { filter: { '===': [{ var: 'a' }, nul] } }, 'invalid_character'),
  refused(8, 'U+0000 in a template', { templates: { '*': { a: nul } } }, 'invalid_character', '/templates/*/a'),
  refused(8, 'U+0000 in a member’s name', { metadata: { [nul]: 1 } }, 'invalid_character'),
  refused(10, 'half a surrogate pair in metadata', { metadata: { a: '\ud800' } }, 'invalid_character', '/metadata/a'),
  {
    ...refused(14, '1e200000 in metadata', {}, 'invalid_value'),
    body: '{"name":"n","url":"https://example.com/","metadata":{"a":1e200000}}',
  },
];

const shapes: Refused[] = [
  refused(26, 'an unknown member', { foo: 1 }, 'unknown_field', '/foo'),
  refused(26, 'one in failureHandling', { failureHandling: { foo: 1 } }, 'unknown_field', '/failureHandling/foo'),
  refused(26, 'one in the retry policy', retry({ foo: 1 }), 'unknown_field', '/failureHandling/retry/foo'),
  refused(
    26,
    'one in the alert endpoint',
    { failureHandling: { alertEndpoint: { url: sound.url, foo: 1 } } },
    'unknown_field',
    '/failureHandling/alertEndpoint/foo',
  ),
  refused(26, 'one in a topic', { topics: [{ foo: [] }] }, 'unknown_field', '/topics/0/foo'),
  refused(26, 'one in a source', { sources: [{}, { foo: 1 }] }, 'unknown_field', '/sources/1/foo'),
  refused(26, 'one in a header', { headers: { 'X-A': { value: 'x', foo: 1 } } }, 'unknown_field', '/headers/X-A/foo'),
  refused(26, 'one in the signature', { signature: { foo: 1 } }, 'unknown_field', '/signature/foo'),
  ...['id', 'uuid', 'tenantId', 'number', 'locator', 'suspended', 'suspendedAt', 'active', 'version', 'createdAt'].map((name) =>
    refused(27, `${name}, which is not theirs to set`, { [name]: null }, 'unknown_field', `/${name}`),
  ),
  refused(28, '"true" for a flag', { enabled: 'true' }, 'invalid_type', '/enabled'),
  refused(28, '1 for a flag', { enabled: 1 }, 'invalid_type', '/enabled'),
  refused(28, '"5000" for a number', { timeoutMs: '5000' }, 'invalid_type', '/timeoutMs'),
  refused(28, '{} for a text', { url: {} }, 'invalid_type', '/url'),
  refused(28, 'a text for a list', { eventTypes: 'a' }, 'invalid_type', '/eventTypes'),
  refused(28, 'a list for an object', { headers: [] }, 'invalid_type', '/headers'),
  refused(28, 'a number in a list of texts', { eventTypes: [5] }, 'invalid_type', '/eventTypes'),
  refused(28, 'a text for a list of objects', { topics: ['a'] }, 'invalid_type'),
  refused(29, '1.5 for a whole number', { timeoutMs: 1_500.5 }, 'invalid_type', '/timeoutMs'),
  refused(29, '1.5 requests at once', { maxConcurrency: 1.5 }, 'invalid_type', '/maxConcurrency'),
  { ...refused(29, '1e999', {}, 'invalid_value'), body: '{"name":"n","url":"https://example.com/","timeoutMs":1e999}' },
  { ...refused(29, '-0', {}, 'out_of_range', '/timeoutMs'), body: '{"name":"n","url":"https://example.com/","timeoutMs":-0}' },
  refused(32, 'a locale that is none', { name: { constructor: 'x' } }, 'invalid_locale', '/name/constructor'),
];

const header = (row: number, what: string, name: string, value: unknown, code: string): Refused =>
  refused(row, what, { headers: { [name]: value } }, code, `/headers/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
const FORBIDDEN = [
  ...[
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'Keep-Alive',
    'Proxy-Authorization',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
  ],
  ...[
    'Content-Encoding',
    'User-Agent',
    'Cookie2',
    'webhook-id',
    'Webhook-Signature',
    'Tidings-X',
    'x-forwarded-for',
    'x-amz-date',
    'x-goog-a',
  ],
  ...['Metadata-Flavor', 'X-aws-ec2-metadata-token'],
];
const headers: Refused[] = [
  ...['a b', 'a\rb', 'a\nb', 'a:b', '', 'ä', 'x'.repeat(257)].map((name) =>
    header(74, `a name ${JSON.stringify(name).slice(0, 20)}`, name, 'x', 'header_name_invalid'),
  ),
  ...['a\r\nb', 'a\r\n b', '\u0100', ' a', 'a ', 'x'.repeat(4_097), '\u007f'].map((value) =>
    header(75, `a value ${JSON.stringify(value).slice(0, 20)}`, 'X-A', value, 'header_value_invalid'),
  ),
  ...FORBIDDEN.map((name) => header(76, name, name, 'x', 'header_forbidden')),
  refused(77, 'one name in two cases', { headers: { 'X-A': 'a', 'x-a': 'b' } }, 'header_duplicate'),
  refused(77, '51 lines', { headers: { 'X-A': Array(51).fill('a') } }, 'too_many_headers', '/headers'),
  refused(
    77,
    'more than 8 KB',
    { headers: { 'X-A': ['a'.repeat(4_000), 'a'.repeat(4_000), 'a'.repeat(500)] } },
    'headers_too_large',
    '/headers',
  ),
  refused(81, 'two values for a secret', { headers: { 'X-A': { value: ['a', 'b'], secret: true } } }, 'header_value_invalid'),
  refused(81, 'a secret that is stored nowhere', { headers: { 'X-A': { secret: true } } }, 'header_value_missing'),
];

const templates: Refused[] = [
  refused(79, 'a placeholder without an end', { templates: { '*': '{/a' } }, 'template_unclosed', '/templates/*'),
  refused(80, 'constructor', { templates: { '*': { a: '{/constructor/constructor}' } } }, 'template_forbidden_name', '/templates/*/a'),
  refused(80, '__proto__ after a dot', { templates: { '*': '{/a.__proto__}' } }, 'template_forbidden_name'),
  refused(80, 'a placeholder in a name', { templates: { '*': { '{/a}': 1 } } }, 'template_in_key'),
  refused(81, 'a header with a placeholder without an end', { headers: { 'X-A': '{/a' } }, 'template_unclosed', '/headers/X-A/0'),
];

const deep = (levels: number): unknown => Array.from({ length: levels }).reduce<unknown>((rule) => ({ '!': [rule] }), true);
const filters: Refused[] = [
  ...['method', 'log', 'regex', 'match', 'eval', 'constructor', '__defineGetter__', 'toString'].map((name) =>
    refused(
      name === 'regex' || name === 'match' ? 82 : 84,
      `the operator ${name}`,
      { filter: { [name]: ['(a+)+$', { var: 'a' }] } },
      'filter_unsupported',
    ),
  ),
  ...['(a+)+$', '^(a|a)*$', '(?<=a)b'].map((pattern) =>
    refused(82, `the pattern ${pattern.slice(0, 10)}`, { filter: { regex_match: [{ var: 'a' }, pattern] } }, 'filter_unsupported'),
  ),
  refused(82, 'a pattern of 10 KB', { filter: { regex_match: [{ var: 'a' }, '('.repeat(10_000)] } }, 'filter_too_complex'),
  refused(84, '1,001 items in a list', { filter: { in: [{ var: 'a' }, Array(1_001).fill(1)] } }, 'filter_too_complex'),
  refused(84, '62 levels deep in a list', { filter: { and: [deep(70)] } }, 'too_deep'),
  refused(84, 'more than a thousand nodes', { filter: { or: Array.from({ length: 1_001 }, () => ({ var: 'a' })) } }, 'filter_too_complex'),
  refused(84, 'a text of more than 4 KB', { filter: { '===': [{ var: 'a' }, 'x'.repeat(4_097)] } }, 'filter_too_complex'),
];

const types: Refused[] = [
  refused(83, 'nine wildcards', { eventTypes: ['*********a'] }, 'event_type_pattern_invalid', '/eventTypes/0'),
  ...['a b', 'a..b', '.a', 'a.', 'ä', '', 'x'.repeat(129)].map((type) =>
    refused(
      88,
      `the event type ${JSON.stringify(type).slice(0, 20)}`,
      { eventTypes: ['ok', type] },
      'event_type_pattern_invalid',
      '/eventTypes/1',
    ),
  ),
  refused(90, 'metadata of more than 16 KB', { metadata: { a: 'x'.repeat(16_384) } }, 'too_large', '/metadata'),
  refused(
    90,
    '10,000 labels',
    { metadata: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])) },
    'too_large',
    '/metadata',
  ),
  refused(90, 'a label of 64 KB', { metadata: { label: 'x'.repeat(65_536) } }, 'too_large', '/metadata'),
  refused(90, 'a name of 3,000 letters', { name: 'x'.repeat(3_000) }, 'too_long', '/name'),
  refused(90, '10,000 event types', { eventTypes: Array.from({ length: 10_000 }, (_, i) => `t${i}`) }, 'too_many_items', '/eventTypes'),
];

const numbers: Refused[] = [
  ...[0, -1, 999, 30_001, 31_000, 1e9].map((timeoutMs) =>
    refused(91, `a timeout of ${timeoutMs} ms`, { timeoutMs }, 'out_of_range', '/timeoutMs'),
  ),
  ...[0, -1, 101, 1e6, 1.5].map((maxAttempts) =>
    refused(91, `${maxAttempts} attempts`, retry({ maxAttempts }), 'invalid_value', '/failureHandling/retry/maxAttempts'),
  ),
  ...[-1, 1e9, '5', null].map((delay) =>
    refused(
      91,
      `a delay of ${JSON.stringify(delay)}`,
      retry({ delaysSeconds: [0, delay] }),
      'invalid_value',
      '/failureHandling/retry/delaysSeconds/1',
    ),
  ),
  refused(
    91,
    'a thousand delays',
    retry({ delaysSeconds: Array(1_000).fill(0) }),
    'too_many_items',
    '/failureHandling/retry/delaysSeconds',
  ),
  refused(91, 'no delays', retry({ delaysSeconds: [] }), 'too_many_items', '/failureHandling/retry/delaysSeconds'),
  refused(91, 'a policy of no kind', retry({ kind: 'toString' }), 'invalid_value', '/failureHandling/retry/kind'),
];

const base64 = (bytes: number): string => Buffer.alloc(bytes, 1).toString('base64');
const secrets: Refused[] = [
  refused(92, 'an empty secret', { secret: '' }, 'invalid_length'),
  ...[`whsec_${base64(23)}`, `whsec_${base64(65)}`, 'whsec_***', 'whsec_', `sec_${base64(32)}`, base64(32), `whsk_${base64(64)}`].map(
    (secret) => refused(92, `the secret ${secret.slice(0, 12)}… of ${secret.length}`, { secret }, 'secret_invalid', '/secret'),
  ),
];

describe('a subscription that is wrong', () => {
  let target: Target;
  beforeAll(async () => (target = await startTarget()));

  itRefuses(() => target, [...texts, ...shapes, ...headers, ...templates, ...filters, ...types, ...numbers, ...secrets]);

  it('is told all its faults at once', async () => {
    const body = { name: '', url: 'ftp://x', timeoutMs: 5_000, headers: { Host: 'x' }, eventTypes: ['a b'] };
    const { status, body: problem } = await target.tenant.send<{ errors: { path: string }[] }>('POST', '/v1/subscriptions', { body });
    expect(status).toBe(422);
    expect(problem.errors.map(({ path }) => path).sort()).toEqual(['/eventTypes/0', '/headers/Host', '/name', '/url']);
  });

  it('row 93: may not have more secrets at once than are kept', async () => {
    const { id } = await target.tenant.subscribe({ url: sound.url, eventTypes: ['secrets'] });
    const rotate = () => target.tenant.send<Problem>('POST', `/v1/subscriptions/${id}/secrets/rotate`, { body: { graceSeconds: 600 } });
    for (let kept = 1; kept < LIMITS.signingSecretsKept.max; kept++) expect((await rotate()).status).toBe(200);
    for (let more = 0; more < 50; more++) {
      const { status, body } = await rotate();
      expect([status, body.code]).toEqual([409, 'rotation_limit']);
    }
    const kept = await target.db.query(
      `SELECT 1 FROM signing_secrets s JOIN subscriptions u ON u.id = s.subscription_id WHERE u.spec->'eventTypes'->>0 = 'secrets'`,
    );
    expect(kept).toHaveLength(LIMITS.signingSecretsKept.max);
  });

  describe('row 94: changed', () => {
    let id: string;
    let etag: string;
    beforeAll(async () => {
      ({ id } = await target.tenant.subscribe({ url: sound.url, eventTypes: ['changed'] }));
      etag = (await target.tenant.send('GET', `/v1/subscriptions/${id}`)).headers.get('etag')!;
    });
    const change = (body: unknown, headers: Record<string, string> = { 'if-match': etag }) =>
      target.tenant.send<Problem>('PATCH', `/v1/subscriptions/${id}`, { body, headers });

    it.each([
      ['name', 'invalid_type'],
      ['url', 'invalid_type'],
      ['enabled', 'invalid_type'],
      ['timeoutMs', 'invalid_type'],
    ])('row 94: to null, which %s cannot be → 422', async (name) => {
      const answer = await leavingNoTrace(target, () => change({ [name]: null }));
      expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, `/${name}`]);
      expectProblem(answer);
    });

    it('row 94: by nothing → 200, and it is as it was', async () => {
      const { status, body } = await change({});
      expect(status).toBe(200);
      expect(body).toMatchObject({ eventTypes: ['changed'] });
    });

    it.each(['"stale"', '"0"', 'W/"1"', 'nonsense'])('row 94: with the version %s, which it has not → 412, 422', async (version) => {
      const answer = await leavingNoTrace(target, () => change({ enabled: false }, { 'if-match': version }));
      expect([412, 422]).toContain(answer.status);
      expectProblem(answer);
    });
  });

  it('row 95: a name that is taken is refused, also when many ask at once', async () => {
    const operators = operator(target.gateway.url);
    const create = () => operators.send<Problem>('POST', '/v1/tenants', { body: { name: 'n', slug: 'wanted' } });
    const tenants = await Promise.all(Array.from({ length: 20 }, create));
    expect(tenants.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(tenants.filter(({ status }) => status !== 201).map(({ status, body }) => `${status} ${body.code}`))).toEqual(
      new Set(['409 already_exists']),
    );
    const { body: app } = await target.tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'a' } });
    const register = () =>
      target.tenant.send<Problem>('POST', `/v1/apps/${app.id}/topics/t/event-types`, { body: { eventTypes: [{ name: 'Same' }] } });
    const types = await Promise.all(Array.from({ length: 20 }, register));
    expect(types.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(types.filter(({ status }) => status !== 201).every(({ status }) => status === 409)).toBe(true);
    expect(await target.db.query('SELECT 1 FROM event_types')).toHaveLength(1);
  });

  it('row 96: is deleted once; a second time nobody knows it', async () => {
    const { id } = await target.tenant.subscribe({ url: sound.url, eventTypes: ['deleted'] });
    expect((await target.tenant.send('DELETE', `/v1/subscriptions/${id}`)).status).toBe(204);
    const again = await leavingNoTrace(target, () => target.tenant.send<Problem>('DELETE', `/v1/subscriptions/${id}`));
    expect([again.status, again.body.code]).toEqual([404, 'not_found']);
    expect((await target.tenant.send('GET', `/v1/subscriptions/${id}`)).status).toBe(404);
  });

  it('row 86: may name the prototype in a filter, which finds nothing there', async () => {
    const filter = { '==': [{ var: 'data.__proto__.constructor.name' }, null] };
    const { id } = await target.tenant.subscribe({ url: sound.url, filter, eventTypes: ['proto'] });
    const { body } = await target.tenant.send<{ items: { matched: boolean }[] }>('POST', `/v1/explain?subscription=${id}`, {
      body: { type: 'proto', data: {} },
    });
    expect(body.items.map(({ matched }) => matched)).toEqual([true]);
  });

  itStillDelivers(() => target);
});
