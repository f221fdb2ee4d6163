import type { StoredEvent } from '#domain/event.js';
import { ulidOf } from '#domain/ids.js';
import type { FailureTrigger } from '#domain/subscription.js';
import { ApiProperty } from '@nestjs/swagger';
import type { DeliveriesService } from '../../deliveries/deliveries.service.js';
import { requestLocatorOf } from './event.js';
import { failureTrigger } from './triggers.js';

export type Delivery = Awaited<ReturnType<DeliveriesService['find']>>;

/** An event that a webhook could not be given. Source: Socotra, "Diverted Events API". */
export class DivertedEventResponse {
  @ApiProperty({ type: String, description: 'ULID', example: '01KAK3J0V1QH6E6T2C0X8ZC3VB' }) eventLocator!: string;
  @ApiProperty({ type: String, example: '01KAK3J0V1QH6E6T2C0X8ZC3VB' }) requestLocator!: string;
  @ApiProperty({ type: String, example: 'The receiver answered 500.' }) failureMessage!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T10:00:00.120Z' }) failureTimestamp!: string | null;
  @ApiProperty({ type: String, example: '5xx' }) failureTrigger!: string;
}

/** An event that is no longer kept can still be told of, by its locator alone. */
export const showDiverted = (
  row: Delivery,
  event: StoredEvent | undefined,
  triggers: readonly FailureTrigger[],
): DivertedEventResponse => ({
  eventLocator: ulidOf(row.eventUuid),
  requestLocator: event ? requestLocatorOf(event) : ulidOf(row.eventUuid),
  failureMessage: messageOf(row),
  failureTimestamp: row.endedAt?.toISOString() ?? null,
  failureTrigger: failureTrigger(triggers, row.lastError === null ? row.lastStatus : null),
});

const messageOf = ({ lastStatus, lastError }: Delivery): string =>
  lastError === null && lastStatus !== null ? `The receiver answered ${lastStatus}.` : `There was no answer: ${lastError ?? 'unknown'}.`;
