import type { Socket } from 'node:net';

const CONTINUE = Buffer.from('HTTP/1.1 100');
const HEAD_END = '\r\n\r\n';
/** A head that goes on beyond this is no interim response; the parser says what it is. */
const MAX_HEAD_BYTES = 16_384;

/**
 * Lets `100 Continue` pass unseen while an answer's head is awaited. A client has to read interim responses even when it asked for none (RFC 9110,
 * 15.2), and some servers send this one to every POST; undici takes it for a bad response.
 */
export function skipContinues(socket: Socket, isAwaitingHead: () => boolean): void {
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  let held: Buffer = Buffer.alloc(0);
  socket.read = (size?: number): Buffer | null => {
    for (;;) {
      const chunk = read(size);
      if (chunk === null || (held.length === 0 && !isAwaitingHead())) return chunk;
      const left = afterContinues(held.length > 0 ? Buffer.concat([held, chunk]) : chunk);
      held = left.isPartial ? left.bytes : Buffer.alloc(0);
      if (!left.isPartial && left.bytes.length > 0) return left.bytes;
    }
  };
}

/** What follows the interim responses at the beginning, and whether that may be a part of another one. */
function afterContinues(bytes: Buffer): { bytes: Buffer; isPartial: boolean } {
  let rest = bytes;
  while (isContinue(rest)) {
    const end = rest.indexOf(HEAD_END);
    if (end === -1) return { bytes: rest, isPartial: rest.length < MAX_HEAD_BYTES };
    rest = rest.subarray(end + HEAD_END.length);
  }
  return { bytes: rest, isPartial: false };
}

const isContinue = (bytes: Buffer): boolean =>
  bytes.length > 0 && bytes.subarray(0, CONTINUE.length).equals(CONTINUE.subarray(0, bytes.length));
