import type { Party } from '../dispatch/in-flight.js';

/**
 * Ordered deliveries wait until all events before theirs have been fanned out, those of other fan-outs under way among them. Whoever ends
 * last lets them go: this keeps together who has to be told then, so that none waits for the sweep.
 */
export class Blocked {
  private readonly underWay = new Set<Set<Party>>();

  /** A fan-out begins that makes ordered deliveries for these. Call what it returns at its end, for all that may go on by that. */
  begin(own: Party[]): () => Party[] {
    const parties = new Set(own);
    this.underWay.add(parties);
    return () => {
      this.underWay.delete(parties);
      for (const others of this.underWay) for (const party of parties) others.add(party);
      return [...parties];
    };
  }
}
