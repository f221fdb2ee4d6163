import { Webhook } from 'standardwebhooks';
import { parseId } from '#domain/ids.js';
import type { DeliveryState } from './api-shapes.js';
import { eventually } from './eventually.js';
import { noteFigures } from './figures.js';
import type { ReceivedRequest } from './receiver.js';

/** Whoever gets events: a subscription as its creation was answered. Each has a path of its own at the receiver. */
export interface Subscriber {
  id: string;
  url: string;
  secret: string;
}

/** How a promised delivery has to end. */
export interface Ending {
  state: DeliveryState;
  reason: string;
}

export interface Promised extends Ending {
  eventId: string;
  subscriber: Subscriber;
}

/** A delivery as the database has it, with the outcomes of its attempts in their order. */
export interface BookedDelivery {
  eventUuid: string;
  subscriptionUuid: string;
  state: string;
  reason: string | null;
  hasEnded: boolean;
  outcomes: string[];
}

export interface Books {
  promised: Promised[];
  eventUuids: string[];
  deliveries: BookedDelivery[];
  requests: readonly ReceivedRequest[];
}

interface Database {
  query<Row extends object>(sql: string): Promise<Row[]>;
}

const ARRIVED: Ending = { state: 'delivered', reason: 'acknowledged' };
const SHOWN_PER_KIND = 10;

/** The check that ends every chaos run: what each 202 promised, against what the database and the receiver say. */
export class Ledger {
  private readonly promised: Promised[] = [];

  constructor(
    private readonly database: Database,
    private readonly receiver: { requests: readonly ReceivedRequest[] },
  ) {}

  /** An event was answered 202, and these subscriptions match it. */
  expect(eventId: string, subscribers: Subscriber[], ending: Ending = ARRIVED): void {
    for (const subscriber of subscribers) this.promised.push({ eventId, subscriber, ...ending });
  }

  /** Waits until nothing is under way any more, then holds the books against each other. `duplicates`: how many the fault explains. */
  async check({ duplicates, timeoutMs = 20_000 }: { duplicates: number; timeoutMs?: number }): Promise<void> {
    const ended = eventually(async () => expectNone(await this.unfinished()), { timeoutMs, what: 'every delivery to end' });
    // The figures are wanted all the more when something is missing.
    await ended.catch(() => undefined);
    const books = await this.books();
    noteFigures(tally(books));
    await ended;
    expectNone(discrepancies(books, duplicates));
  }

  private async books(): Promise<Books> {
    return {
      promised: this.promised,
      eventUuids: (await this.database.query<{ id: string }>('SELECT id FROM events')).map(({ id }) => id),
      deliveries: await this.database.query<BookedDelivery>(DELIVERIES),
      requests: this.receiver.requests,
    };
  }

  private async unfinished(): Promise<string[]> {
    const rows = await this.database.query<{ what: string }>(UNFINISHED);
    return rows.map(({ what }) => what);
  }
}

const DELIVERIES = `
SELECT event_id AS "eventUuid", subscription_id AS "subscriptionUuid", state, reason, ended_at IS NOT NULL AS "hasEnded",
  ARRAY(SELECT outcome FROM attempts a WHERE a.delivery_id = d.id ORDER BY number) AS outcomes
FROM deliveries d`;

const UNFINISHED = `
SELECT 'event not fanned out: ' || event_id AS what FROM event_outbox
UNION ALL
SELECT 'delivery ' || state || ', due ' || due_at || ', crashes ' || crash_count || ': ' || id FROM deliveries WHERE ended_at IS NULL LIMIT 20`;

function expectNone(faults: string[]): void {
  if (faults.length > 0) throw new Error(`The books do not agree:\n${faults.join('\n')}`);
}

/** Everything in which the books disagree, a line each. */
export function discrepancies({ promised, eventUuids, deliveries, requests }: Books, maxDuplicates: number): string[] {
  const expected = new Map(promised.map((promise) => [bookKey(promise), promise]));
  const booked = groupBy(deliveries, ({ eventUuid, subscriptionUuid }) => `${eventUuid} ${subscriptionUuid}`);
  const arrived = groupBy(requests, arrivalKey);
  const arrivals = new Set(promised.map(promisedArrivalKey));
  const promisedEvents = new Set(promised.map(({ eventId }) => uuidOf('evt', eventId)));
  return [
    ...limited(
      'promised, and not in the database',
      [...expected.keys()].filter((key) => !booked.has(key)),
    ),
    ...limited(
      'in the database, and promised to nobody',
      [...booked.keys()].filter((key) => !expected.has(key)),
    ),
    ...limited(
      'stored twice',
      [...booked].filter(([, rows]) => rows.length > 1).map(([key]) => key),
    ),
    ...limited(
      'an event that nobody was told of',
      eventUuids.filter((uuid) => !promisedEvents.has(uuid)),
    ),
    ...limited(
      'ended otherwise',
      [...expected].flatMap(([key, promise]) => wrongEnding(key, promise, booked.get(key)?.[0])),
    ),
    ...limited(
      'promised, and never received',
      [...arrivals].filter((key) => !arrived.has(key)),
    ),
    ...limited(
      'received, and promised to nobody',
      [...arrived.keys()].filter((key) => !arrivals.has(key)),
    ),
    ...tooOften(repeats(promised, booked, arrived), maxDuplicates),
    ...limited('received with a signature that does not verify', badSignatures(promised, requests)),
  ];
}

function wrongEnding(key: string, { state, reason }: Ending, delivery: BookedDelivery | undefined): string[] {
  if (!delivery || (delivery.hasEnded && delivery.state === state && delivery.reason === reason)) return [];
  return [`${key}: ${delivery.state}/${delivery.reason} (${delivery.outcomes.join(', ')}) instead of ${state}/${reason}`];
}

/** Outcomes of attempts whose request may or may not have arrived. */
const UNREPORTED: ReadonlySet<string> = new Set(['interrupted', 'late', 'released']);

/** The two figures of a run: promised deliveries that did not arrive or did not end as promised, and requests that came once too often. */
export function tally({ promised, deliveries, requests }: Books): { lost: number; duplicates: number } {
  const booked = groupBy(deliveries, ({ eventUuid, subscriptionUuid }) => `${eventUuid} ${subscriptionUuid}`);
  const arrived = groupBy(requests, arrivalKey);
  const isLost = (promise: Promised): boolean => {
    const delivery = booked.get(bookKey(promise))?.[0];
    return !delivery?.hasEnded || (promise.state === 'delivered' && !arrived.has(promisedArrivalKey(promise)));
  };
  return { lost: promised.filter(isLost).length, duplicates: total(repeats(promised, booked, arrived)) };
}

const total = (extra: { duplicates: number }[]): number => extra.reduce((sum, { duplicates }) => sum + duplicates, 0);

/** A duplicate is a request beyond the attempts that reported back: those are one each, and the one that is known to have arrived. */
function repeats(
  promised: Promised[],
  booked: Map<string, BookedDelivery[]>,
  arrived: Map<string, readonly ReceivedRequest[]>,
): { duplicates: number; line: string }[] {
  return promised.flatMap((promise) => {
    const outcomes = booked.get(bookKey(promise))?.[0]?.outcomes ?? [];
    const reported = outcomes.filter((outcome) => !UNREPORTED.has(outcome)).length;
    const requests = arrived.get(promisedArrivalKey(promise))?.length ?? 0;
    const duplicates = requests - Math.max(1, reported);
    return duplicates > 0
      ? [{ duplicates, line: `${promisedArrivalKey(promise)}: ${requests} requests, attempts ${outcomes.join(', ')}` }]
      : [];
  });
}

function tooOften(extra: { duplicates: number; line: string }[], maxDuplicates: number): string[] {
  if (total(extra) <= maxDuplicates) return [];
  return [
    `${total(extra)} duplicates where ${maxDuplicates} may be`,
    ...limited(
      'received too often',
      extra.map(({ line }) => line),
    ),
  ];
}

function badSignatures(promised: Promised[], requests: readonly ReceivedRequest[]): string[] {
  const secrets = new Map(promised.map(({ subscriber }) => [pathOf(subscriber.url), subscriber.secret]));
  return requests.flatMap((request) => {
    const secret = secrets.get(pathOf(request.path));
    if (secret === undefined) return [];
    try {
      new Webhook(secret).verify(request.body.toString(), request.headers as Record<string, string>);
      return [];
    } catch (error) {
      return [`${arrivalKey(request)}: ${String(error)}`];
    }
  });
}

const bookKey = ({ eventId, subscriber }: Promised): string => `${uuidOf('evt', eventId)} ${uuidOf('sub', subscriber.id)}`;

const promisedArrivalKey = ({ eventId, subscriber }: Promised): string => `${pathOf(subscriber.url)} ${eventId}`;

const arrivalKey = ({ path, headers }: ReceivedRequest): string => `${pathOf(path)} ${String(headers['webhook-id'])}`;

const pathOf = (url: string): string => new URL(url, 'http://receiver').pathname;

function uuidOf(prefix: 'evt' | 'sub', id: string): string {
  const uuid = parseId(prefix, id);
  if (uuid === null) throw new Error(`${id} is no id of the kind ${prefix}_.`);
  return uuid;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function limited(kind: string, lines: string[]): string[] {
  const shown = lines.slice(0, SHOWN_PER_KIND).map((line) => `${kind}: ${line}`);
  return lines.length > SHOWN_PER_KIND ? [...shown, `${kind}: and ${lines.length - SHOWN_PER_KIND} more`] : shown;
}
