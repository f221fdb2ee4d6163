import type { IncomingHttpHeaders } from 'node:http';
import { LIMITS } from '#domain/limits.js';
import type { Dispatcher } from 'undici';
import type { Connection } from './connection.js';

/** How a request over one connection ended. A response may be cut short: `isWhole` is false, and the connection of no more use. */
export type Ending =
  | { kind: 'response'; status: number; headers: IncomingHttpHeaders; prefix: Buffer; truncated: boolean; isWhole: boolean; headMs: number }
  /** `hasBegun`: some of an answer had come. */
  | { kind: 'error'; error: Error; hasBegun: boolean };

/**
 * Takes one answer as it comes in. The status is judged from the headers: a body that is cut, broken or too long changes nothing. It is read up
 * to the read cap and kept up to the store cap; nothing is inflated.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  private readonly kept: Buffer[] = [];
  private size = 0;
  private hasBegun = false;
  private head: { status: number; headers: IncomingHttpHeaders; headMs: number } | null = null;
  private isOver = false;

  constructor(
    private readonly connection: Connection,
    private readonly startedAt: number,
    private readonly end: (ending: Ending) => void,
  ) {}

  onRequestStart(): void {}

  onResponseStarted(): void {
    this.hasBegun = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.connection.headCame();
    this.head = { status, headers, headMs: performance.now() - this.startedAt };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = LIMITS.responseStoredBytes.max - this.size;
    if (room > 0) this.kept.push(Buffer.from(chunk.subarray(0, room)));
    this.size += chunk.length;
    if (this.size > LIMITS.responseReadBytes.max) this.finish(false);
  }

  onResponseEnd(): void {
    this.finish(true);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.head) this.finish(false);
    else this.fail(error);
  }

  /** Ends it from our side: an answer whose body is still coming when the time is up is none. */
  fail(error: Error): void {
    this.settle({ kind: 'error', error, hasBegun: this.hasBegun });
  }

  private finish(isWhole: boolean): void {
    if (!this.head) return this.fail(new Error('A body came without a head.'));
    const prefix = Buffer.concat(this.kept);
    this.settle({ kind: 'response', ...this.head, prefix, truncated: !isWhole || this.size > prefix.length, isWhole });
  }

  private settle(ending: Ending): void {
    if (this.isOver) return;
    this.isOver = true;
    this.end(ending);
  }
}
