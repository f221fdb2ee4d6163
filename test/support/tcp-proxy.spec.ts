import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { atEnd } from './cleanup.js';
import { eventually, within } from './eventually.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';

/** An echo server that remembers what it was sent. */
async function startEcho(): Promise<{ port: number; heard: () => string; ended: () => number }> {
  const chunks: Buffer[] = [];
  let ended = 0;
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      socket.write(chunk);
    });
    socket.on('end', () => (ended += 1));
    socket.on('error', () => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  atEnd('echo server', () => void server.close());
  return { port: (server.address() as AddressInfo).port, heard: () => Buffer.concat(chunks).toString(), ended: () => ended };
}

async function connect(proxy: TcpProxy): Promise<{ socket: Socket; heard: () => string; failed: Promise<Error> }> {
  const socket = createConnection({ port: proxy.port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const failed = new Promise<Error>((resolve) => socket.once('error', resolve));
  await once(socket, 'connect');
  atEnd('client', () => void socket.destroy());
  return { socket, heard: () => Buffer.concat(chunks).toString(), failed };
}

let echo: Awaited<ReturnType<typeof startEcho>>;
let proxy: TcpProxy;

beforeEach(async () => {
  echo = await startEcho();
  proxy = await startTcpProxy(echo.port);
});

describe('the TCP proxy', () => {
  it('puts its port into a url and leaves the rest', () => {
    expect(proxy.through('postgres://u:p@127.0.0.1:5432/db')).toBe(`postgres://u:p@127.0.0.1:${proxy.port}/db`);
  });

  it('passes every byte in both directions, in order', async () => {
    const { socket, heard } = await connect(proxy);
    const text = 'abcdefghij'.repeat(200_000);
    socket.end(text);
    await within(10_000, 'the echo', once(socket, 'close'));
    expect(heard() === text).toBe(true);
    expect(echo.ended()).toBe(1);
  });

  it('delays bytes without changing their order', async () => {
    proxy.set({ kind: 'delay', ms: 60 });
    const { socket, heard } = await connect(proxy);
    const began = performance.now();
    socket.write('first ');
    socket.end('second');
    await eventually(() => expect(heard()).toBe('first second'));
    expect(performance.now() - began).toBeGreaterThanOrEqual(118);
  });

  it('swallows bytes and keeps the connection open, until it passes again', async () => {
    const { socket, heard } = await connect(proxy);
    proxy.set({ kind: 'blackhole' });
    socket.write('lost ');
    // A second connection, made later, proves that the first had its chance.
    const later = await connect(proxy);
    later.socket.write('lost too ');
    proxy.set({ kind: 'pass' });
    await eventually(() => {
      socket.write('x');
      expect(heard()).toMatch(/x$/);
    });
    expect(socket.destroyed).toBe(false);
  });

  it('refuses new connections and leaves the open ones', async () => {
    const before = await connect(proxy);
    before.socket.write('1');
    await eventually(() => expect(before.heard()).toBe('1'));
    proxy.set({ kind: 'refuse' });
    const refused = createConnection({ port: proxy.port, host: '127.0.0.1' });
    await within(
      5_000,
      'the refusal',
      once(refused, 'close').catch(() => undefined),
    );
    before.socket.write('2');
    await eventually(() => expect(before.heard()).toBe('12'));
  });

  it('resets what is open', async () => {
    const { socket, failed, heard } = await connect(proxy);
    socket.write('1');
    await eventually(() => expect(heard()).toBe('1'));
    proxy.resetAll();
    expect(await within(5_000, 'the reset', failed)).toMatchObject({ code: 'ECONNRESET' });
  });

  it('delivers a request that holds the pattern, and the client a reset in place of the answer', async () => {
    const { socket, failed, heard } = await connect(proxy);
    const cut = proxy.cutAfter('COMMIT');
    socket.write('BEGIN COM');
    await eventually(() => expect(heard()).toBe('BEGIN COM'));
    socket.write('MIT;');
    await within(5_000, 'the cut', cut);
    expect(await within(5_000, 'the reset', failed)).toMatchObject({ code: 'ECONNRESET' });
    await eventually(() => expect(echo.heard()).toBe('BEGIN COMMIT;'));
    expect(heard()).toBe('BEGIN COM');
  });

  it('keeps a request that holds the pattern from the target, and resets both sides', async () => {
    const { socket, failed } = await connect(proxy);
    const cut = proxy.cutBefore('COMMIT');
    socket.write('BEGIN ');
    await eventually(() => expect(echo.heard()).toBe('BEGIN '));
    socket.write('COMMIT;');
    await within(5_000, 'the cut', cut);
    expect(await within(5_000, 'the reset', failed)).toMatchObject({ code: 'ECONNRESET' });
    const second = await connect(proxy);
    second.socket.write('more');
    await eventually(() => expect(second.heard()).toBe('more'));
    expect(echo.heard()).toBe('BEGIN more');
  });

  it('cuts once, and passes what comes after', async () => {
    const first = await connect(proxy);
    const cut = proxy.cutAfter('COMMIT');
    first.socket.write('COMMIT');
    await within(5_000, 'the cut', cut);
    const second = await connect(proxy);
    second.socket.write('COMMIT');
    await eventually(() => expect(second.heard()).toBe('COMMIT'));
  });
});
