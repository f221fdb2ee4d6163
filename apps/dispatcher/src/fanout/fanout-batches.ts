import type { FanoutStore, WaitingEvent } from '#store/fanout.store.js';
import { GroupCommit } from '#store/group-commit.js';
import { isSharedFault } from '#store/storage-error.js';
import type { Fanout } from './fanout.js';

/** Events fanned out together: enough to share statements, few enough that a lone event never waits long for a flood's. */
const MAX_EVENTS = 250;

/** Jobs that arrive together are fanned out together: their events are read, matched and written in shared statements. */
export class FanoutBatches {
  private readonly batches: GroupCommit<string[], void>;

  constructor(store: FanoutStore, fanout: Fanout) {
    this.batches = new GroupCommit(
      async (jobs) => {
        const events: WaitingEvent[] = await store.load([...new Set(jobs.flat())]);
        await fanout.run(events);
        return jobs.map(() => undefined);
      },
      { maxBatch: MAX_EVENTS, maxInFlight: 2, weightOf: (ids) => ids.length, isShared: isSharedFault },
    );
  }

  /** Resolves when these events have been fanned out, by this process or by another before it. */
  submit(eventUuids: string[]): Promise<void> {
    return this.batches.submit(eventUuids);
  }
}
