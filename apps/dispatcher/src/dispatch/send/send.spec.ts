import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { parseAllowList } from '#domain/address-policy.js';
import { LIMITS } from '#domain/limits.js';
import type { SendResult } from '#domain/send-result.js';
import { GuardedAgents } from './guarded-agents.js';
import { type OutgoingRequest, send } from './send.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

describe('a request', () => {
  const HOST = '127.0.0.10';
  const agents = new GuardedAgents(parseAllowList([`${HOST}/32`]));
  let server: Server;
  let requests: IncomingMessage[] = [];
  let handler: Handler = (_request, response) => void response.end();

  beforeAll(async () => {
    server = createHttpServer((request, response) => {
      requests.push(request);
      handler(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  });
  beforeEach(() => (requests = []));
  afterAll(() => {
    agents.destroy();
    server.closeAllConnections();
    server.close();
  });

  const outgoing = (over: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
    method: 'POST',
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/hook`,
    headers: { 'content-type': 'application/json', 'X-Many': ['a', 'b'] },
    body: Buffer.from('{"é":1}'),
    timeoutMs: 5_000,
    tls: { verify: true },
    ...over,
  });
  const answered = async (how: Handler, over: Partial<OutgoingRequest> = {}): Promise<SendResult> => {
    handler = how;
    const result = await send(outgoing(over), agents);
    if (result.kind === 'local') throw new Error(`a local fault: ${result.code}`);
    return result;
  };

  it('arrives byte for byte with its headers, and says who sent it', async () => {
    const bytes: Buffer[] = [];
    await answered((request, response) => request.on('data', (chunk: Buffer) => bytes.push(chunk)).on('end', () => response.end()));
    expect(Buffer.concat(bytes).toString()).toBe('{"é":1}');
    expect(requests[0]!.headers).toMatchObject({
      'content-type': 'application/json',
      'x-many': 'a, b',
      'content-length': '8',
      'accept-encoding': 'identity',
    });
    expect(requests[0]!.headers['user-agent']).toMatch(/^Tidings/);
  });

  it.each([200, 404, 500, 503])('is one request whatever the answer: %i', async (status) => {
    for (const method of ['POST', 'PUT', 'DELETE'] as const) {
      requests = [];
      const result = await answered((_request, response) => void response.writeHead(status, { 'retry-after': '0' }).end('x'), { method });
      expect(result).toMatchObject({ kind: 'response', status, retryAfter: '0', bodyPrefix: Buffer.from('x') });
      expect(requests).toHaveLength(1);
    }
  });

  it('follows no redirect', async () => {
    const result = await answered((_request, response) => void response.writeHead(307, { location: '/elsewhere' }).end());
    expect(result).toMatchObject({ kind: 'response', status: 307 });
    expect(requests.map(({ url }) => url)).toEqual(['/hook']);
  });

  it('takes the answer as it is, and inflates nothing', async () => {
    const zipped = gzipSync(Buffer.alloc(1_000_000));
    const result = await answered((_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(zipped));
    expect(result).toMatchObject({ kind: 'response', bodyPrefix: zipped, truncated: false });
  });

  it('keeps the stored bytes of a long answer and hangs up beyond what it reads', async () => {
    const { responseReadBytes, responseStoredBytes } = LIMITS;
    const body = Buffer.alloc(responseReadBytes.max, 'x');
    const whole = await answered((_request, response) => void response.end(body));
    expect(whole).toMatchObject({ kind: 'response', truncated: true });
    expect(whole.kind === 'response' && whole.bodyPrefix).toHaveLength(responseStoredBytes.max);

    let sent = 0;
    const closed = new Promise<void>((resolve) => {
      handler = (_request, response) => {
        const more = (): void => {
          while (response.write(body)) sent += body.length;
          response.once('drain', more);
        };
        response.once('close', resolve);
        more();
      };
    });
    const endless = await send(outgoing(), agents);
    expect(endless).toMatchObject({ kind: 'response', status: 200, truncated: true });
    await closed;
    expect(sent).toBeLessThan(64 * 1_024 * 1_024);
  });

  it('keeps an answer of exactly the stored size whole', async () => {
    const body = Buffer.alloc(LIMITS.responseStoredBytes.max, 'y');
    expect(await answered((_request, response) => void response.end(body))).toMatchObject({ bodyPrefix: body, truncated: false });
  });

  it('is judged by its status even when the body breaks off', async () => {
    const result = await answered((_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half');
      setImmediate(() => response.destroy());
    });
    expect(result).toMatchObject({ kind: 'response', status: 200, bodyPrefix: Buffer.from('half'), truncated: true });
  });

  it('ends in time when no answer comes, and when the answer trickles in', async () => {
    const began = performance.now();
    const silent = await answered(() => undefined, { timeoutMs: 300 });
    expect(silent).toMatchObject({ kind: 'failure', code: 'timeout_total' });
    let timer: NodeJS.Timeout | undefined;
    const trickling = await answered(
      (_request, response) => {
        response.writeHead(200).write('x');
        timer = setInterval(() => response.write('x'), 20);
      },
      { timeoutMs: 300 },
    );
    clearInterval(timer);
    expect(trickling).toMatchObject({ kind: 'failure', code: 'timeout_total' });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('takes response headers up to their limit and fails beyond it', async () => {
    const { max } = LIMITS.responseHeadersBytes;
    const withHeaders = (bytes: number) =>
      answered((_request, response) => void response.writeHead(200, { 'x-long': 'h'.repeat(bytes) }).end());
    expect(await withHeaders(max - 512)).toMatchObject({ kind: 'response', status: 200 });
    expect(await withHeaders(max)).toMatchObject({ kind: 'failure', code: 'response_headers_too_large' });
  });

  it('fails without telling the address when nobody listens, when it is reset, and when HTTP is not what comes', async () => {
    const tcp = (how: (socket: Socket) => void): Promise<TcpServer> =>
      new Promise((resolve) => {
        const made: TcpServer = createTcpServer(how).listen(0, HOST, () => resolve(made));
      });
    const urlOf = (made: TcpServer) => `http://${HOST}:${(made.address() as AddressInfo).port}/`;
    const resetting = await tcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const babbling = await tcp((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n\r\n')));
    const closed = await tcp(() => undefined);
    const closedUrl = urlOf(closed);
    await new Promise((resolve) => closed.close(resolve));

    const results = [];
    for (const url of [closedUrl, urlOf(resetting), urlOf(babbling)]) results.push(await send(outgoing({ url }), agents));
    expect(results).toMatchObject([{ code: 'connection_refused' }, { code: 'connection_reset' }, { code: 'protocol_error' }]);
    expect(JSON.stringify(results)).not.toContain(HOST);
    for (const made of [resetting, babbling]) made.close();
  });

  it('is refused, not sent, to an address that may not be dialled', async () => {
    expect(await send(outgoing({ url: 'http://127.0.0.66:8080/' }), agents)).toMatchObject({ kind: 'failure', code: 'blocked_address' });
  });

  it('tells how long each phase took', async () => {
    const { timings } = await answered((_request, response) => void setTimeout(() => response.end('x'), 30));
    expect(timings.totalMs).toBeGreaterThanOrEqual(25);
    expect(timings.firstByteMs).toBeGreaterThanOrEqual(25);
    expect(timings.tlsMs).toBeNull();
  });
});
