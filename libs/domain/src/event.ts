/** A stored event: `raw` is the publisher's event object byte for byte; everything else was read out of it at publish. */
export interface StoredEvent {
  /** Time-ordered uuid (version 7): the storage key. */
  uuid: string;
  /** What the world calls it: the publisher's own id where it gave one, else `evt_<ulid>`. Never contains a dot. */
  id: string;
  tenantId: string;
  type: string;
  topic: string | null;
  app: string | null;
  resourceType: string | null;
  resourceId: string | null;
  /** ISO 8601, UTC. */
  occurredAt: string;
  acceptedAt: string;
  /** `{}` once it is expunged. */
  raw: Buffer;
  /** `raw.subarray(dataStart, dataEnd)` are the bytes of the `data` member. */
  dataStart: number;
  dataEnd: number;
  /** How often it has come out of this service and in again; absent: never. */
  hops?: number;
  /** The W3C `traceparent` of the span that published it; null or absent: it was published without traces. */
  traceparent?: string | null;
  /** ISO 8601: when its payload was expunged; absent or null: it was not. */
  expungedAt?: string | null;
}

/**
 * The one tree that templates, filters and selectors read. `resource` falls back to the event's data when the publisher sent none.
 * Values come from JSON.parse of the publisher's bytes; look them up by own property only.
 */
export interface EventTree {
  event: Record<string, unknown> & { id: string; name: string; type: string; topic: string | null; timestamp: string };
  resource: unknown;
  user: unknown;
  data: unknown;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The bytes of the event's `data`; none when it has no data. */
export const dataOf = ({ raw, dataStart, dataEnd }: StoredEvent): Buffer => raw.subarray(dataStart, Math.max(dataStart, dataEnd));

/** Builds the tree from a stored event. Parses `raw`, which publish has already found to be well-formed JSON. */
export function eventTree(stored: StoredEvent): EventTree {
  const raw = JSON.parse(stored.raw.toString('utf8')) as Json;
  const own = isCloudEvent(raw) ? attributesOf(raw) : isObject(raw['event']) ? raw['event'] : {};
  const name = typeof own['name'] === 'string' ? own['name'] : stored.type;
  const data = raw['data'] ?? raw['data_base64'] ?? null;
  return {
    event: { ...own, id: stored.id, name, type: stored.type, topic: stored.topic, timestamp: stored.occurredAt },
    resource: raw['resource'] ?? data,
    user: raw['user'] ?? null,
    data,
  };
}

const isCloudEvent = (raw: Json): boolean => typeof raw['specversion'] === 'string';

/** A CloudEvent's context attributes are what its publisher says about the event. Source: CloudEvents 1.0, "Context attributes". */
const attributesOf = (raw: Json): Json => {
  const { data: _data, data_base64: _base64, ...attributes } = raw;
  return attributes;
};
