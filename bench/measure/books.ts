/** Ids by the path they were promised to, or arrived at. */
export type Ids = ReadonlyMap<string, readonly string[]>;

export interface Books {
  /** What each 202 promised, by the receiver's path. */
  promised: Ids;
  /** What the receiver acknowledged, once for each time. */
  acknowledged: Ids;
  /** The database's own count. */
  stored: { delivered: number; open: number; otherwise: number; waiting: number };
}

/** Everything in which the books disagree, a line each: a run is good when there is none. */
export function discrepancies({ promised, acknowledged, stored }: Books): string[] {
  const faults: string[] = [];
  const say = (count: number, what: string): void => {
    if (count > 0) faults.push(`${count} ${what}`);
  };
  const paths = new Set([...promised.keys(), ...acknowledged.keys()]);
  let [missing, unpromised, twice, total] = [0, 0, 0, 0];
  for (const path of paths) {
    const due = new Set(promised.get(path));
    const came = new Set(acknowledged.get(path));
    total += due.size;
    missing += countMissing(due, came);
    unpromised += countMissing(came, due);
    twice += (acknowledged.get(path)?.length ?? 0) - came.size;
  }
  say(missing, 'promised and never acknowledged');
  say(unpromised, 'acknowledged and promised to nobody');
  say(twice, 'acknowledged more than once');
  say(stored.open, 'deliveries still open');
  say(stored.waiting, 'events not fanned out');
  say(stored.otherwise, 'deliveries that ended otherwise than delivered');
  if (stored.delivered !== total) faults.push(`${stored.delivered} delivered in the database instead of ${total}`);
  return faults;
}

const countMissing = (of: ReadonlySet<string>, from: ReadonlySet<string>): number => [...of].filter((id) => !from.has(id)).length;
