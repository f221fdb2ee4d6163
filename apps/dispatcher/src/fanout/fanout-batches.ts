import type { FanoutStore, WaitingEvent } from '#store/fanout.store.js';
import { GroupCommit } from '#store/group-commit.js';
import { isSharedFault } from '#store/storage-error.js';
import type { InFlight } from '../dispatch/in-flight.js';
import type { Fanout } from './fanout.js';

/** Events fanned out together: enough to share statements, few enough that a lone event never waits long for a flood's. */
const MAX_EVENTS = 250;

interface Part {
  eventUuids: string[];
  /** Places reserved for the deliveries they come to; 0 once they were given back. */
  places: number;
}

/** Jobs that arrive together are fanned out together: their events are read, matched and written in shared statements. */
export class FanoutBatches {
  private readonly batches: GroupCommit<Part, void>;

  constructor(
    store: FanoutStore,
    fanout: Fanout,
    private readonly inFlight: InFlight,
    private readonly onGivenBack: () => void,
  ) {
    this.batches = new GroupCommit(
      async (parts) => {
        const events: WaitingEvent[] = await store.load([...new Set(parts.flatMap(({ eventUuids }) => eventUuids))]);
        await fanout.run(events, () => {
          for (const part of parts) this.giveBack(part);
        });
        return parts.map(() => undefined);
      },
      { maxBatch: MAX_EVENTS, maxInFlight: 2, weightOf: ({ eventUuids }) => eventUuids.length, isShared: isSharedFault },
    );
  }

  /** Resolves when these events have been fanned out, by this process or by another before it. Takes over `places` reserved for them. */
  async submit(eventUuids: string[], places: number): Promise<void> {
    const part = { eventUuids, places };
    try {
      await this.batches.submit(part);
    } finally {
      this.giveBack(part);
      this.onGivenBack();
    }
  }

  private giveBack(part: Part): void {
    this.inFlight.unreserve(part.places);
    part.places = 0;
  }
}
