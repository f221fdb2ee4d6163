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
  /** Likewise, but the bytes that complete the pattern never reach the target, and it is cut off too: the request was not made. */
  cutBefore(pattern: string | Buffer): Promise<void>;
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
    const cutIfDue = (chunk: Buffer, when: Cut['when'], ends: Socket[]): boolean => {
      if (cut?.when !== when || !seen.completes(chunk, cut.pattern)) return false;
      const { done } = cut;
      cut = undefined;
      for (const socket of ends) socket.resetAndDestroy();
      done();
      return true;
    };
    forward(client, target, () => mode, {
      before: (chunk) => !cutIfDue(chunk, 'before', [target, client]),
      after: (chunk) => void cutIfDue(chunk, 'after', [client]),
    });
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
    cutAfter: (pattern) => new Promise((done) => (cut = { when: 'after', pattern: Buffer.from(pattern), done })),
    cutBefore: (pattern) => new Promise((done) => (cut = { when: 'before', pattern: Buffer.from(pattern), done })),
    close,
  };
}

interface Cut {
  when: 'before' | 'after';
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

interface Watch {
  /** Says whether the bytes may pass. */
  before(chunk: Buffer): boolean;
  /** Is told of bytes once they have left for the other side. */
  after(chunk: Buffer): void;
}

const UNWATCHED: Watch = { before: () => true, after: () => undefined };

/** Copies one direction. */
function forward(from: Socket, to: Socket, modeNow: () => ProxyMode, watch: Watch = UNWATCHED): void {
  const as = (act: () => void): void => {
    const mode = modeNow();
    if (mode.kind === 'delay') setTimeout(act, mode.ms);
    else if (mode.kind !== 'blackhole') act();
  };
  const pass = (chunk: Buffer): void => {
    if (to.destroyed || !watch.before(chunk)) return;
    if (to.write(chunk, () => watch.after(chunk))) return;
    from.pause();
    to.once('drain', () => from.resume());
  };
  from.on('data', (chunk: Buffer) => as(() => pass(chunk)));
  from.on('end', () => as(() => to.end()));
  from.on('error', () => as(() => to.resetAndDestroy()));
  // After a reset of our own there is no `end`: the other side is closed in good order and has read what was sent.
  from.on('close', () => as(() => to.end()));
}
