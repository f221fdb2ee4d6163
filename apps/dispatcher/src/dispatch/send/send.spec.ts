import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { parseAllowList } from '#domain/address-policy.js';
import { LIMITS } from '#domain/limits.js';
import type { SendResult } from '#domain/send-result.js';
import { Dialer } from './dial.js';
import { GuardedAgents } from './guarded-agents.js';
import type { OutgoingRequest } from './outgoing-request.js';
import { createResolve } from './resolve.js';
import { send as sendByGot } from './send.js';
import { Sender } from './sender.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const HOST = '127.0.0.10';
const dialer = new Dialer({ allow: parseAllowList([`${HOST}/32`]) }, createResolve());

/** One contract for both clients: the sender of deliveries, and the one of side requests. */
const CLIENTS = [
  ['a delivery', () => new Sender(dialer)],
  [
    'a side request',
    () => {
      const agents = new GuardedAgents(dialer);
      return { send: (request: OutgoingRequest) => sendByGot(request, agents), destroy: () => agents.destroy() };
    },
  ],
] as const;

describe.each(CLIENTS)('%s', (_name, createClient) => {
  const client = createClient();
  const send = (request: OutgoingRequest) => client.send(request);
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
    client.destroy();
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
    const result = await send(outgoing(over));
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
    const endless = await send(outgoing());
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
    for (const url of [closedUrl, urlOf(resetting), urlOf(babbling)]) results.push(await send(outgoing({ url })));
    expect(results).toMatchObject([{ code: 'connection_refused' }, { code: 'connection_reset' }, { code: 'protocol_error' }]);
    expect(JSON.stringify(results)).not.toContain(HOST);
    for (const made of [resetting, babbling]) made.close();
  });

  it('is refused, not sent, to an address that may not be dialled', async () => {
    expect(await send(outgoing({ url: 'http://127.0.0.66:8080/' }))).toMatchObject({ kind: 'failure', code: 'blocked_address' });
  });

  it('tells how long each phase took', async () => {
    const { timings } = await answered((_request, response) => void setTimeout(() => response.end('x'), 30));
    expect(timings.totalMs).toBeGreaterThanOrEqual(25);
    expect(timings.firstByteMs).toBeGreaterThanOrEqual(25);
    expect(timings.tlsMs).toBeNull();
  });

  /** A server that speaks for itself: what it writes, and when it hangs up. */
  async function speaking(
    how: (socket: Socket, nth: number) => void,
  ): Promise<{ url: string; close: () => void; connections: () => number }> {
    let connections = 0;
    const open = new Set<Socket>();
    const made = createTcpServer((socket) => {
      const nth = connections++;
      open.add(socket.on('error', () => undefined));
      how(socket, nth);
    });
    await new Promise<void>((resolve) => made.listen(0, HOST, resolve));
    const close = (): void => {
      for (const socket of open) socket.destroy();
      made.close();
    };
    return { url: `http://${HOST}:${(made.address() as AddressInfo).port}/`, close, connections: () => connections };
  }
  const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

  it('takes the answer that follows interim ones, however they are cut into pieces', async () => {
    const interim = 'HTTP/1.1 100 Continue\r\nx-a: b\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n';
    const { url, close } = await speaking((socket) =>
      socket.once('data', () => {
        const pieces = [...interim.match(/[^]{1,7}/g)!, `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}`];
        const next = (): void => {
          if (pieces.length > 0) socket.write(pieces.shift()!, () => setImmediate(next));
        };
        next();
      }),
    );
    expect(await send(outgoing({ url }))).toMatchObject({ kind: 'response', status: 200, bodyPrefix: Buffer.from('ok') });
    close();
  });

  it('ends in time when interim answers never end', async () => {
    let timer: NodeJS.Timeout | undefined;
    const { url, close } = await speaking((socket) => {
      timer = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 10);
    });
    expect(await send(outgoing({ url, timeoutMs: 300 }))).toMatchObject({ kind: 'failure', code: 'timeout_total' });
    clearInterval(timer);
    close();
  });

  it('hears a body that speaks of interim answers as it is', async () => {
    const body = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');
    const result = await answered((_request, response) => {
      response.writeHead(200, { 'content-length': body.length }).flushHeaders();
      // Later than the head, so that it is read by itself.
      setTimeout(() => response.end(body), 30);
    });
    expect(result).toMatchObject({ kind: 'response', bodyPrefix: body });
  });

  it('goes over a connection that is kept open, which spares the dialling', async () => {
    const { url, close, connections } = await speaking((socket) => socket.on('data', () => socket.write(OK)));
    const first = await send(outgoing({ url }));
    await new Promise((resolve) => setImmediate(resolve));
    const second = await send(outgoing({ url }));
    expect([first, second]).toMatchObject([
      { status: 200, timings: { dnsMs: null, connectMs: expect.any(Number) } },
      { status: 200, timings: { connectMs: null } },
    ]);
    expect(connections()).toBe(1);
    close();
  });

  it('is sent once more when the kept connection turns out to be closed, and over a new one not even once', async () => {
    const heard: number[] = [];
    const { url, close } = await speaking((socket, nth) => {
      let requests = 0;
      socket.on('data', () => {
        heard.push(nth);
        // The first connection answers once and resets the next request; the third resets its first.
        if (nth === 2 || (nth === 0 && requests++ > 0)) socket.resetAndDestroy();
        else if (nth === 1) socket.end(OK.replace('ok', 'OK').replace('content-length', 'connection: close\r\ncontent-length'));
        else socket.write(OK);
      });
    });
    const results = [];
    for (let i = 0; i < 3; i++) {
      results.push(await send(outgoing({ url })));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(results).toMatchObject([{ bodyPrefix: Buffer.from('ok') }, { bodyPrefix: Buffer.from('OK') }, { code: 'connection_reset' }]);
    expect(heard).toEqual([0, 0, 1, 2]);
    close();
  });

  it('is sent only once when the kept connection had begun an answer', async () => {
    let requests = 0;
    const { url, close, connections } = await speaking((socket) =>
      socket.on('data', () => {
        if (requests++ === 0) socket.write(OK);
        else socket.write('HTTP/1.1 200 OK\r\nx-', () => socket.resetAndDestroy());
      }),
    );
    await send(outgoing({ url }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await send(outgoing({ url }))).toMatchObject({ kind: 'failure' });
    expect([requests, connections()]).toEqual([2, 1]);
    close();
  });

  it('is a template’s fault when a header cannot be sent, and the url’s when that cannot be read', async () => {
    expect(await send(outgoing({ headers: { 'x-a': 'a\r\nb: c' } }))).toMatchObject({ kind: 'failure', code: 'template_error' });
    expect(await send(outgoing({ url: 'http://[::1' }))).toMatchObject({ kind: 'failure', code: 'url_invalid' });
  });

  it('says a header once, whichever case it is spelled in', async () => {
    await answered((_request, response) => void response.end(), { headers: { 'content-type': 'a/b', 'Content-Type': 'c/d' } });
    expect(requests[0]!.rawHeaders.filter((text) => /^content-type$/i.test(text))).toHaveLength(1);
    expect(requests[0]!.headers['content-type']).toBe('c/d');
  });
});
