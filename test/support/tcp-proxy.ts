import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { atEnd } from './cleanup.js';

/** What happens to the bytes that pass: `blackhole` swallows them and keeps connections open, `refuse` resets new connections at once. */
export type ProxyMode = { kind: 'pass' } | { kind: 'delay'; ms: number } | { kind: 'blackhole' } | { kind: 'refuse' };

export interface TcpProxy {
  port: number;
  /** `url` with the proxy's port in place of the target's. */
  through(url: string): string;
  set(mode: ProxyMode): void;
  /** Resets every open connection; new ones are served as the mode says. */
  resetAll(): void;
  /**
   * The next time a client's bytes contain `pattern`, the target gets them all and the client a reset in place of the answer: it
   * cannot know what became of its request. Resolves when that has happened.
   */
  cutAfter(pattern: string | Buffer): Promise<void>;
  close(): Promise<void>;
}

/** A proxy on 127.0.0.1 in front of `targetPort` of the same address, closed after the last test of the file. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let mode: ProxyMode = { kind: 'pass' };
  let cut: Cut | undefined;

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    if (mode.kind === 'refuse') return void client.resetAndDestroy();
    const target = createConnection({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    const seen = new Window();
    const watch = (chunk: Buffer): void => {
      if (!cut || !seen.completes(chunk, cut.pattern)) return;
      const { done } = cut;
      cut = undefined;
      client.resetAndDestroy();
      done();
    };
    forward(client, target, () => mode, watch);
    forward(target, client, () => mode);
  });
  await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;

  const resetAll = (): void => sockets.forEach((socket) => socket.resetAndDestroy());
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      listener.close(() => resolve());
      resetAll();
    });
  atEnd(`proxy on port ${port}`, () => (listener.listening ? close() : undefined));
  return {
    port,
    through: (url) => Object.assign(new URL(url), { port: String(port) }).href,
    set: (next) => void (mode = next),
    resetAll,
    cutAfter: (pattern) => new Promise((done) => (cut = { pattern: Buffer.from(pattern), done })),
    close,
  };
}

interface Cut {
  pattern: Buffer;
  done: () => void;
}

/** Finds a pattern that may lie across two reads. */
class Window {
  private tail = Buffer.alloc(0);

  completes(chunk: Buffer, pattern: Buffer): boolean {
    const bytes = Buffer.concat([this.tail, chunk]);
    this.tail = bytes.subarray(Math.max(0, bytes.length - pattern.length + 1));
    return bytes.includes(pattern);
  }
}

/** Copies one direction. `watch` is told of bytes once they have left for the other side. */
function forward(from: Socket, to: Socket, modeNow: () => ProxyMode, watch: (chunk: Buffer) => void = () => undefined): void {
  const as = (act: () => void): void => {
    const mode = modeNow();
    if (mode.kind === 'delay') setTimeout(act, mode.ms);
    else if (mode.kind !== 'blackhole') act();
  };
  const pass = (chunk: Buffer): void => {
    if (to.destroyed) return;
    if (to.write(chunk, () => watch(chunk))) return;
    from.pause();
    to.once('drain', () => from.resume());
  };
  from.on('data', (chunk: Buffer) => as(() => pass(chunk)));
  from.on('end', () => as(() => to.end()));
  from.on('error', () => as(() => to.resetAndDestroy()));
  // After a reset of our own there is no `end`: the other side is closed in good order and has read what was sent.
  from.on('close', () => as(() => to.end()));
}
