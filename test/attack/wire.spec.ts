import { LIMITS } from '../../libs/domain/src/limits.js';
import type { Answer } from '../support/api.js';
import { startGateway } from '../support/processes.js';
import { type RawAnswer, sendBytes, socketAnswer } from '../support/raw-http.js';
import { expectNothingLeaks, leavingNoTrace } from '../support/refusals.js';
import { itStillDelivers, startTarget, type Target } from './target.js';

const BODY = '{"type":"t","data":1}';

/** What no HTTP client would send, byte by byte. */
describe('HTTP at its edges', () => {
  let target: Target;
  /** These take as long as the server's patience, so they run beside the others. */
  let slow: Record<'headers' | 'body', Promise<{ answer: RawAnswer; tookMs: number }>>;

  beforeAll(async () => {
    target = await startTarget();
    const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${target.tenant.key}\r\ncontent-type: application/json\r\n`;
    const timed = async (bytes: string) => {
      const began = performance.now();
      const answer = await sendBytes(target.gateway.url, bytes, LIMITS.requestMs.max + 30_000);
      return { answer, tookMs: performance.now() - began };
    };
    slow = { headers: timed(`${head}x-slow: `), body: timed(`${head}transfer-encoding: chunked\r\n\r\n5\r\n{"typ\r\n`) };
  });

  const raw = (lines: string[], body: string | Buffer = ''): Promise<RawAnswer> =>
    socketAnswer(target.gateway.url, [...lines, 'connection: close', `authorization: Bearer ${target.tenant.key}`], body);
  const post = (...headers: string[]) => ['POST /v1/events HTTP/1.1', 'host: x', 'content-type: application/json', ...headers];
  const get = (path: string) => [`GET ${path} HTTP/1.1`, 'host: x'];
  const method = (name: string, ...headers: string[]) => [`${name} /v1/events HTTP/1.1`, 'host: x', ...headers];

  const expectRefusal = ({ status, head, body }: RawAnswer): void => {
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({
      status,
      type: expect.stringMatching(/^urn:tidings:problem:/),
      title: expect.any(String),
      code: expect.stringMatching(/^[a-z_]+$/),
      detail: expect.any(String),
      requestId: expect.stringMatching(/^\S+$/),
    });
    expectNothingLeaks(body);
    expect(`${head}${body}`).not.toMatch(/canary|HPE_|FST_/);
  };

  it.each<[number, string, number, () => Promise<RawAnswer>]>([
    [4, 'no content type', 415, () => raw(['POST /v1/events HTTP/1.1', 'host: x', `content-length: ${BODY.length}`], BODY)],
    [19, 'a length smaller than the body', 400, () => raw(post('content-length: 5'), BODY)],
    [19, 'two lengths', 400, () => raw(post('content-length: 5', `content-length: ${BODY.length}`), BODY)],
    [
      19,
      'a length and chunks',
      400,
      () => raw(post(`content-length: ${BODY.length}`, 'transfer-encoding: chunked'), `15\r\n${BODY}\r\n0\r\n\r\n`),
    ],
    [19, 'chunks under two codings', 400, () => raw(post('transfer-encoding: chunked, identity'), `15\r\n${BODY}\r\n0\r\n\r\n`)],
    [19, 'a length that is none', 400, () => raw(post('content-length: -1'), BODY)],
    [21, 'headers of more than 16 KiB', 431, () => raw(post(`x-long: ${'h'.repeat(17_000)}`))],
    [22, 'no host', 400, () => raw(['GET /v1/events HTTP/1.1'])],
    [22, 'two hosts', 400, () => raw(['GET /v1/events HTTP/1.1', 'host: x', 'host: y'])],
    [23, 'a bad escape in the path', 400, () => raw(get('/v1/events/%zz'))],
    [23, 'half an escape', 400, () => raw(get('/v1/events/%'))],
    [23, 'an escape that is no UTF-8', 400, () => raw(get('/v1/events/%ff'))],
    [24, 'a parameter of 3,000 characters', 414, () => raw(get(`/v1/events/${'x'.repeat(3_000)}`))],
    [25, 'TRACE', 404, () => raw(method('TRACE', 'x-echo: canary'))],
    [25, 'PUT where there is only POST', 404, () => raw(method('PUT', 'content-length: 0'))],
    [25, 'DELETE of a whole list', 404, () => raw(method('DELETE'))],
    [25, 'a method of their own making', 400, () => raw(method('STEAL'))],
    [102, 'a request id folded over two lines', 400, () => raw(post('x-request-id: a', ' b'))],
    [102, 'a request id with a bare line feed', 400, () => raw(post('x-request-id: a\nx-evil: b'))],
    [4, 'what is no HTTP at all', 400, () => raw(['\u0016\u0003\u0001'])],
  ])('row %i: %s → %i', async (_row, _what, status, send) => {
    const answer = await leavingNoTrace(target, send);
    expect(answer.status).toBe(status);
    expectRefusal(answer);
  });

  it('row 21: headers up to their limit are taken, and one byte more is refused', async () => {
    const path = '/v1/events?limit=1';
    const lines = [...get(path), 'connection: close', `authorization: Bearer ${target.tenant.key}`];
    const used = [path, ...lines.slice(1)].join('').replaceAll(': ', '').length;
    const withBytes = (bytes: number) =>
      socketAnswer(target.gateway.url, [...lines, `x-long: ${'h'.repeat(bytes - used - 'x-long'.length)}`]);
    expect((await withBytes(LIMITS.requestHeadersBytes.max)).status).toBe(200);
    expect((await withBytes(LIMITS.requestHeadersBytes.max + 1)).status).toBe(431);
  });

  it('row 22: HTTP/1.0 knows no hosts, so a probe in it is answered', async () => {
    expect((await socketAnswer(target.gateway.url, ['GET /health/live HTTP/1.0'])).status).toBe(200);
  });

  it('row 24: a step of a path may have 1,024 characters, and a longer one is refused', async () => {
    const status = async (chars: number) => (await target.tenant.send('GET', `/v1/events/${'x'.repeat(chars)}`)).status;
    expect([await status(LIMITS.pathParamChars.max), await status(LIMITS.pathParamChars.max + 1)]).toEqual([404, 414]);
  });

  it('row 25: CONNECT opens no tunnel', async () => {
    const { status, body } = await leavingNoTrace(target, () => raw(['CONNECT 127.0.0.66:80 HTTP/1.1', 'host: 127.0.0.66:80']));
    expect([0, 400, 404]).toContain(status);
    expect(body).not.toContain('200');
  });

  it('row 25: Upgrade changes no protocol', async () => {
    const upgrade = [
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    const { status } = await leavingNoTrace(target, () =>
      socketAnswer(target.gateway.url, [...get('/health/live'), 'connection: close', ...upgrade]),
    );
    expect([200, 400]).toContain(status);
  });

  it('row 102: a caller’s request id is repeated only when it is harmless', async () => {
    const idFor = async (given: string) =>
      (await target.tenant.send('GET', '/v1/events', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await idFor('req-1.a_B')).toBe('req-1.a_B');
    expect(await idFor('x'.repeat(LIMITS.requestIdChars.max))).toHaveLength(LIMITS.requestIdChars.max);
    for (const bad of ['a b', 'x'.repeat(LIMITS.requestIdChars.max + 1), 'x'.repeat(10_000), '<script>', 'a"b', '\u00e4', ''])
      expect(await idFor(bad)).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('row 103: no origin of the web may read what is answered', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const answers: Answer<unknown>[] = [];
    for (const verb of ['OPTIONS', 'HEAD', 'GET', 'POST']) answers.push(await target.tenant.send(verb, '/v1/events', { headers }));
    for (const { headers: got } of answers) expect([...got.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(answers.map(({ status }) => status)).toEqual([404, 200, 200, 400]);
  });

  it('row 103: nothing that is answered may be framed, sniffed or cached', async () => {
    for (const path of ['/v1/events', '/v1/nowhere', '/health/live', '/openapi.json']) {
      const { headers } = await target.tenant.send('GET', path);
      const told = ['x-content-type-options', 'x-frame-options', 'cache-control', 'content-security-policy', 'strict-transport-security'];
      expect([path, ...told.map((name) => headers.get(name))]).toEqual([
        path,
        'nosniff',
        'DENY',
        'no-store',
        "default-src 'none'; frame-ancestors 'none'",
        null,
      ]);
    }
  });

  it('row 104: the description of the API is not served where it is switched off', async () => {
    const { url } = await startGateway({ DATABASE_URL: target.db.url, SERVE_DOCS: 'false' });
    for (const path of ['/docs', '/docs/', '/openapi.json', '/docs-json'])
      expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
    expect((await fetch(`${target.gateway.url}/openapi.json`)).status).toBe(200);
  });

  it('row 104: metrics are not on the public port, and on their own they name no tenant', async () => {
    const { gateway, dispatcher, tenant } = target;
    for (const path of ['/metrics', '/metrics/', '/METRICS']) expect((await tenant.send('GET', path)).status).toBe(404);
    const [{ id: uuid } = { id: '' }] = await target.db.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'input'`);
    for (const { metricsUrl } of [gateway, dispatcher]) {
      const metrics = await (await fetch(`${metricsUrl}/metrics`)).text();
      expect(metrics).toContain('process_cpu');
      expect([uuid, tenant.id, tenant.key, 'tenant=', 'tenantId='].filter((name) => metrics.includes(name))).toEqual([]);
      expect((await fetch(`${metricsUrl}/v1/events`)).status).toBe(404);
      expect((await fetch(`${metricsUrl}/metrics`, { method: 'POST' })).status).toBe(405);
    }
  });

  it('row 20: headers that do not come to an end are given up', async () => {
    const { answer, tookMs } = await slow.headers;
    expect(answer.status).toBe(408);
    expectRefusal(answer);
    expect(tookMs).toBeGreaterThanOrEqual(LIMITS.requestHeadersMs.max - 5);
    expect(tookMs).toBeLessThan(LIMITS.requestMs.max);
  });

  it('row 20: a body that does not come to an end is given up, and the next request is served', async () => {
    const { answer } = await slow.body;
    expect(answer.status).toBe(408);
    expectRefusal(answer);
    expect((await target.tenant.send('GET', '/v1/events?limit=1')).status).toBe(200);
  });

  itStillDelivers(() => target);
});
