import { request as httpRequest } from 'node:http';
import { startReceiver, type Receiver } from './receiver.js';
import { RECEIVER_HOST } from './test-settings.js';

let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
});

const post = (path: string, body: string | Buffer<ArrayBuffer> = ''): Promise<Response> =>
  fetch(`${receiver.url}${path}`, { method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(2_000) });

describe('the receiver', () => {
  it('listens where the egress guard takes it for a public address', () => {
    expect(receiver.host).toBe(RECEIVER_HOST);
    expect(receiver.url).toBe(`http://127.0.0.10:${receiver.port}`);
  });

  it('answers 200 and writes down what it got, byte for byte and header for header', async () => {
    const body = Buffer.from([0, 255, 13, 10, 123]);
    await new Promise<void>((resolve, reject) => {
      const headers = ['Host', receiver.host, 'X-Many', 'a', 'X-Many', 'b', 'X-Odd-Case', 'c', 'Content-Length', String(body.length)];
      const outgoing = httpRequest(`${receiver.url}/hooks?x=1`, { method: 'POST', headers, setHost: false }, (answer) => {
        expect(answer.statusCode).toBe(200);
        answer.resume().once('end', resolve);
      });
      outgoing.once('error', reject).end(body);
    });
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/hooks?x=1' });
    expect(request?.body.equals(body)).toBe(true);
    expect(request?.rawHeaders.join(' ')).toContain('X-Many a X-Many b X-Odd-Case c');
    expect(receiver.to('/hooks')).toHaveLength(1);
  });

  it('takes the answers of a list in turn and stays with the last, path by path', async () => {
    receiver.on('/a', [
      { kind: 'answer', status: 503, headers: { 'retry-after': '7' } },
      { kind: 'answer', status: 201, body: 'done' },
    ]);
    const answers = [await post('/a'), await post('/b'), await post('/a'), await post('/a')];
    expect(answers.map(({ status }) => status)).toEqual([503, 200, 201, 201]);
    expect(answers[0]?.headers.get('retry-after')).toBe('7');
    expect(await answers[2]?.text()).toBe('done');
  });

  it('asks a script with the request and how many came before', async () => {
    receiver.on('*', (request, before) => ({ kind: 'answer', status: request.body.toString() === 'bad' ? 400 : 200 + before }));
    expect([(await post('/x', 'ok')).status, (await post('/x', 'ok')).status, (await post('/x', 'bad')).status]).toEqual([200, 201, 400]);
  });

  it('redirects without being followed', async () => {
    receiver.on('*', { kind: 'redirect', location: 'http://127.0.0.66:1/', status: 307 });
    const answer = await post('/x');
    expect([answer.status, answer.headers.get('location')]).toEqual([307, 'http://127.0.0.66:1/']);
  });

  it.each([
    ['resets the connection', { kind: 'reset' }, { code: 'ECONNRESET' }],
    ['hangs up without a byte', { kind: 'hang-up' }, { code: 'UND_ERR_SOCKET' }],
    ['answers what is not HTTP', { kind: 'raw', bytes: 'SSH-2.0-x\r\n\r\n' }, { name: 'HTTPParserError' }],
  ] as const)('%s', async (_title, behaviour, cause) => {
    receiver.on('*', behaviour);
    await expect(post('/x')).rejects.toMatchObject({ cause });
    expect(receiver.requests).toHaveLength(1);
  });

  it('never answers when told so, and still writes down the request', async () => {
    receiver.on('*', { kind: 'silence' });
    const waiting = new AbortController();
    const answer = fetch(`${receiver.url}/x`, { signal: waiting.signal }).then(
      () => 'answered',
      () => 'aborted',
    );
    await receiver.waitFor(1);
    waiting.abort();
    expect(await answer).toBe('aborted');
  });

  it('trickles a body byte by byte', async () => {
    receiver.on('*', { kind: 'trickle', everyMs: 10, body: 'slow' });
    const began = performance.now();
    const answer = await post('/x');
    const headersAfterMs = performance.now() - began;
    expect(await answer.text()).toBe('slow');
    expect(performance.now() - began - headersAfterMs).toBeGreaterThanOrEqual(25);
  });

  it('trickles headers for ever', async () => {
    receiver.on('*', { kind: 'trickle-headers', everyMs: 5 });
    await expect(fetch(receiver.url, { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('floods with as many bytes as asked', async () => {
    receiver.on('*', { kind: 'flood', bytes: 1_000_001 });
    expect((await (await post('/x')).arrayBuffer()).byteLength).toBe(1_000_001);
  });

  it('resolves a wait by the request that fulfils it, past or to come', async () => {
    const third = receiver.waitFor(({ path }) => path === '/3');
    for (const n of [1, 2, 3]) await post(`/${n}`, String(n));
    expect((await third).body.toString()).toBe('3');
    expect((await receiver.waitFor(({ path }) => path === '/1')).body.toString()).toBe('1');
    expect((await receiver.waitFor(3)).map(({ path }) => path)).toEqual(['/1', '/2', '/3']);
  });

  it('says what came when a wait ends in vain', async () => {
    await post('/other');
    await expect(receiver.waitFor(2, 20)).rejects.toThrow('Waited 20 ms for 2 requests; there came 1: POST /other.');
  });
});
