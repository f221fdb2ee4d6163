import type { Socket } from 'node:net';
import { LIMITS } from '#domain/limits.js';
import { Client, type Dispatcher } from 'undici';
import type { Dialer, DialPhases, Target } from './dial.js';
import { skipContinues } from './interim-responses.js';

/** How long an unused connection is kept. A receiver that names a shorter time is obeyed, less a second for the way. */
const IDLE_MS = 15_000;
const IDLE_MARGIN_MS = 1_000;

/** One connection to one origin, used by one request at a time. */
export class Connection {
  /** What dialling took, until the first request over it has taken note. */
  private phases: DialPhases | null = null;
  private isAwaitingHead = false;
  private socket: Socket | null = null;
  private readonly closing = new AbortController();
  private readonly client: Client;

  constructor(
    readonly key: string,
    origin: string,
    target: Target,
    dialer: Dialer,
    onClosed: (connection: Connection) => void,
  ) {
    this.client = new Client(origin, {
      connect: (_options, callback) => {
        dialer.dial(target, this.closing.signal).then(
          ({ socket, phases }) => {
            this.phases = phases;
            this.socket = socket;
            skipContinues(socket, () => this.isAwaitingHead);
            callback(null, socket);
          },
          (error: unknown) => callback(error as Error, null),
        );
      },
      allowH2: false,
      maxHeaderSize: LIMITS.responseHeadersBytes.max,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
      // One timer over the whole attempt stands for both: these begin anew with every byte.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.client.on('disconnect', () => onClosed(this));
  }

  /** Has it carried a request before, and is still up? */
  get isOpen(): boolean {
    return this.socket !== null && !this.socket.destroyed;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.isAwaitingHead = true;
    this.client.dispatch(options, handler);
  }

  /** The head of the answer is complete: what comes now is its body. */
  headCame(): void {
    this.isAwaitingHead = false;
  }

  /** What dialling took, for the request that it was done for; nothing for those that found it open. */
  takePhases(): DialPhases {
    const { phases } = this;
    this.phases = null;
    return phases ?? { dnsMs: null, connectMs: null, tlsMs: null };
  }

  destroy(): void {
    const reason = new Error('The connection was closed.');
    this.closing.abort(reason);
    this.client.destroy(reason).catch(() => undefined);
  }
}
