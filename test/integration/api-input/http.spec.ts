import { type Answer } from '../../support/api.js';
import { type Api, startApi } from '../../support/refusals.js';
import { type RawAnswer, sendBytes, socketAnswer } from '../../support/raw-http.js';

const BODY = '{"type":"t","data":1}';

describe('HTTP at its edges', () => {
  let api: Api;
  /** These take as long as the server's patience, so they run beside the others. */
  let slow: { headers: Promise<RawAnswer>; body: Promise<RawAnswer> };

  beforeAll(async () => {
    api = await startApi();
    const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${api.tenant.key}\r\ncontent-type: application/json\r\n`;
    slow = {
      headers: sendBytes(api.gateway.url, `${head}x-slow: `),
      body: sendBytes(api.gateway.url, `${head}transfer-encoding: chunked\r\n\r\n5\r\n{"typ\r\n`, 40_000),
    };
  });

  const raw = (lines: string[], body: string | Buffer = ''): Promise<RawAnswer> =>
    socketAnswer(api.gateway.url, [...lines, 'connection: close', `authorization: Bearer ${api.tenant.key}`], body);
  const post = (...headers: string[]) => ['POST /v1/events HTTP/1.1', 'host: x', 'content-type: application/json', ...headers];
  const events = async (): Promise<number> => (await api.db.query('SELECT 1 FROM events')).length;

  it.each<[number, string, () => Promise<RawAnswer>, number[]]>([
    [4, 'no content type', () => raw(['POST /v1/events HTTP/1.1', 'host: x', `content-length: ${BODY.length}`], BODY), [415]],
    [19, 'a length smaller than the body', () => raw(post('content-length: 5'), BODY), [400]],
    [19, 'two lengths', () => raw(post('content-length: 5', `content-length: ${BODY.length}`), BODY), [400]],
    [
      19,
      'a length and chunks',
      () => raw(post(`content-length: ${BODY.length}`, 'transfer-encoding: chunked'), `15\r\n${BODY}\r\n0\r\n\r\n`),
      [400],
    ],
    [19, 'a length that is none', () => raw(post('content-length: -1'), BODY), [400]],
    [21, 'headers of more than 16 KB', () => raw(post(`x-long: ${'h'.repeat(17_000)}`)), [431]],
    [23, 'a bad escape in the path', () => raw(['GET /v1/events/%zz HTTP/1.1', 'host: x']), [400]],
    [23, 'half an escape', () => raw(['GET /v1/events/% HTTP/1.1', 'host: x']), [400]],
    [24, 'a parameter of 3,000 characters', () => raw([`GET /v1/events/${'x'.repeat(3_000)} HTTP/1.1`, 'host: x']), [404, 414]],
    [25, 'TRACE', () => raw(['TRACE /v1/events HTTP/1.1', 'host: x', 'x-echo: canary']), [404, 405]],
    [25, 'PUT where there is only POST', () => raw(['PUT /v1/events HTTP/1.1', 'host: x', 'content-length: 0']), [404, 405]],
    [25, 'a method of their own making', () => raw(['STEAL /v1/events HTTP/1.1', 'host: x']), [400]],
    [102, 'a request id folded over two lines', () => raw(post('x-request-id: a', ' b')), [400]],
    [0, 'what is no HTTP at all', () => raw(['\u0016\u0003\u0001']), [400]],
  ])('row %i: refuses %s', async (_row, _what, send, statuses) => {
    const before = await events();
    const { status, head, body } = await send();
    expect(statuses).toContain(status);
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.stringMatching(/^[a-z_]+$/), requestId: expect.stringMatching(/^\S+$/) });
    expect(`${head}${body}`).not.toMatch(/canary|node_modules|HPE_|FST_/);
    expect(await events()).toBe(before);
    expect((await api.tenant.send('GET', '/v1/events?limit=1')).status).toBe(200);
  });

  it('row 25: opens no tunnel', async () => {
    const { status, body } = await raw(['CONNECT 127.0.0.66:80 HTTP/1.1', 'host: 127.0.0.66:80']);
    expect([0, 400, 404, 405]).toContain(status);
    expect(body).not.toContain('200');
  });

  it('row 102: repeats a caller’s request id only when it is harmless', async () => {
    const idFor = async (given: string) =>
      (await api.tenant.send('GET', '/v1/events', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await idFor('req-1.a_B')).toBe('req-1.a_B');
    for (const bad of ['a b', 'x'.repeat(10_000), '<script>', 'a"b', '\u00e4', ''])
      expect(await idFor(bad)).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('row 103: lets no origin of the web read what it answers', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const answers: Answer<unknown>[] = [];
    for (const method of ['OPTIONS', 'HEAD', 'GET', 'POST']) answers.push(await api.tenant.send(method, '/v1/events', { headers }));
    for (const { headers: got } of answers) expect([...got.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(answers[0]!.status).toBe(404);
  });

  it('forbids to frame, sniff or cache whatever it answers', async () => {
    for (const path of ['/v1/events', '/v1/nowhere', '/health/live']) {
      const { headers } = await api.tenant.send('GET', path);
      expect([path, headers.get('x-content-type-options'), headers.get('x-frame-options'), headers.get('cache-control')]).toEqual([
        path,
        'nosniff',
        'DENY',
        'no-store',
      ]);
    }
  });

  it('row 22: refuses a request for no host', async () => {
    expect((await raw(['GET /v1/events HTTP/1.1'])).status).toBe(400);
  });

  it('row 20: gives up on headers and on a body that do not come to an end', async () => {
    expect((await slow.headers).status).toBe(408);
    expect((await slow.body).status).toBe(408);
    expect((await api.tenant.send('GET', '/v1/events?limit=1')).status).toBe(200);
  });
});
