import { DomainError } from '#domain/errors.js';
import { complain } from './narrate.js';

interface Entry {
  name: string;
  stop: () => Promise<unknown> | void;
  kill?: () => unknown;
}

/** What was started and must be stopped, newest first. */
export class StopList {
  private readonly entries: Entry[] = [];
  private closed = false;

  /** Refuses with `stopping` once stopping has begun; what came too late is stopped at once. */
  async add(name: string, stop: Entry['stop'], kill?: Entry['kill']): Promise<void> {
    if (this.closed) {
      await stop();
      throw new DomainError('stopping', `${name} was started while stopping.`);
    }
    this.entries.push({ name, stop, kill });
  }

  get isStopping(): boolean {
    return this.closed;
  }

  /** Stops everything in turn. One that fails is told about and does not keep the others running. Returns whether all went well. */
  async stopAll(): Promise<boolean> {
    this.closed = true;
    let clean = true;
    for (let entry = this.entries.at(-1); entry; entry = this.entries.at(-1)) {
      try {
        await entry.stop();
      } catch (error) {
        clean = false;
        complain(`${entry.name} did not stop cleanly: ${error instanceof Error ? error.message : String(error)}`);
      }
      // Only now: while it is being stopped it can still be killed.
      this.entries.pop();
    }
    return clean;
  }

  killAll(): void {
    for (const entry of this.entries.toReversed()) void entry.kill?.();
  }
}
