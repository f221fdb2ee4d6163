import { isUuid } from '#domain/ids.js';

/** The queues. A job is a wake-up that carries ids, never payloads or secrets; losing one or running it twice is harmless. */
export const FANOUT_QUEUE = 'fanout';
/** Events of a tenant that brings more than its share: they wait apart, so that nobody stands behind them. */
export const FLOOD_QUEUE = 'fanout-flood';
export const DELIVER_QUEUE = 'deliver';
export const QUEUES = [FANOUT_QUEUE, FLOOD_QUEUE, DELIVER_QUEUE] as const;
export type QueueName = (typeof QUEUES)[number];

/** Ids per job: enough to share a round trip, few enough that another dispatcher gets its part. */
export const MAX_IDS_PER_JOB = 100;

/** `v` lets a later release change the payload while jobs of this one are still queued. */
export interface WakeJob {
  v: 1;
  ids: string[];
}

/** Reads a job's payload; a job of another version or shape is worth nothing (the sweep finds its work) and yields no ids. */
export function idsOf(data: unknown): string[] {
  if (typeof data !== 'object' || data === null || !('v' in data) || data.v !== 1 || !('ids' in data) || !Array.isArray(data.ids))
    return [];
  return data.ids.filter((id): id is string => typeof id === 'string' && isUuid(id));
}
