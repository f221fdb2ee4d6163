import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What an endpoint may do to a request once it has read it. */
export type Behaviour =
  /** Answers once `after` has resolved, when it is given, and `delayMs` have passed. */
  | { kind: 'answer'; status?: number; headers?: OutgoingHttpHeaders; body?: string | Buffer; delayMs?: number; after?: Promise<unknown> }
  | { kind: 'redirect'; location: string; status?: number }
  /** Never answers; the connection stays open. */
  | { kind: 'silence' }
  /** TCP reset in place of an answer. */
  | { kind: 'reset' }
  /** Closes the connection in good order without a byte. */
  | { kind: 'hang-up' }
  /** Status and headers at once, then the body one byte per `everyMs`, without end unless `body` has one. */
  | { kind: 'trickle'; everyMs: number; body?: string; status?: number }
  /** The response head one byte per `everyMs`. */
  | { kind: 'trickle-headers'; everyMs: number }
  /** These bytes over and over in place of an HTTP response, once per `everyMs`, without end. */
  | { kind: 'repeat'; everyMs: number; bytes: string }
  /** A body of `bytes` zeros, written as fast as it is read. */
  | { kind: 'flood'; bytes: number }
  /** These bytes as they are in place of an HTTP response; then the connection is closed. */
  | { kind: 'raw'; bytes: string | Buffer };

export function behave(behaviour: Behaviour, response: ServerResponse): void {
  const socket = response.socket;
  if (!socket) return;
  switch (behaviour.kind) {
    case 'answer':
      return answer(behaviour, response);
    case 'redirect':
      return void response.writeHead(behaviour.status ?? 302, { location: behaviour.location }).end();
    case 'silence':
      return;
    case 'reset':
      return void socket.resetAndDestroy();
    case 'hang-up':
      return void socket.end();
    case 'trickle':
      response.writeHead(behaviour.status ?? 200, { 'content-type': 'text/plain' }).flushHeaders();
      return trickle(
        behaviour.body,
        behaviour.everyMs,
        socket,
        (byte) => response.write(byte),
        () => response.end(),
      );
    case 'trickle-headers':
      return trickle(
        'HTTP/1.1 200 OK\r\nx-slow: ',
        behaviour.everyMs,
        socket,
        (byte) => socket.write(byte),
        () =>
          trickle(
            undefined,
            behaviour.everyMs,
            socket,
            (byte) => socket.write(byte),
            () => undefined,
          ),
      );
    case 'repeat':
      return repeat(behaviour.everyMs, socket, () => void socket.write(behaviour.bytes));
    case 'flood':
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': behaviour.bytes });
      return flood(behaviour.bytes, response);
    case 'raw':
      return void socket.end(behaviour.bytes);
    default:
      return unknown(behaviour);
  }
}

function answer({ after, ...rest }: Behaviour & { kind: 'answer' }, response: ServerResponse): void {
  if (after) return void after.then(() => answer(rest as Behaviour & { kind: 'answer' }, response));
  const { status = 200, headers = {}, body = '', delayMs = 0 } = rest;
  const send = (): void => void response.writeHead(status, headers).end(body);
  if (delayMs === 0) return send();
  const timer = setTimeout(send, delayMs);
  response.once('close', () => clearTimeout(timer));
}

/** Without `text` it goes on until the other side has had enough. */
function trickle(text: string | undefined, everyMs: number, socket: Socket, write: (byte: string) => void, end: () => void): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (text !== undefined && sent >= text.length) {
      clearInterval(timer);
      end();
    } else write(text?.[sent++] ?? 'x');
  }, everyMs);
  socket.once('close', () => clearInterval(timer));
}

function repeat(everyMs: number, socket: Socket, write: () => void): void {
  const timer = setInterval(write, everyMs);
  socket.once('close', () => clearInterval(timer));
}

const CHUNK = Buffer.alloc(64 * 1024);

function flood(bytesLeft: number, response: ServerResponse): void {
  let left = bytesLeft;
  while (left > 0 && !response.destroyed) {
    const chunk = CHUNK.subarray(0, Math.min(left, CHUNK.length));
    left -= chunk.length;
    if (!response.write(chunk)) return void response.once('drain', () => flood(left, response));
  }
  response.end();
}

function unknown(behaviour: never): never {
  throw new Error(`No such behaviour: ${JSON.stringify(behaviour)}`);
}
