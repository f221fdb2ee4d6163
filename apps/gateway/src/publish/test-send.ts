import { DomainError } from '#domain/errors.js';
import { formatId } from '#domain/ids.js';
import { scanJson } from '#domain/json/scan.js';
import { DeliverWake } from '#queue/queue.module.js';
import { publicEventId } from '#store/event.store.js';
import { TestSendStore } from '#store/test-send.store.js';
import { Injectable } from '@nestjs/common';
import { readNativeEvent } from './native-event.js';
import { toNewEvent } from './new-event.js';

const SAMPLE = { type: 'tidings.test', data: { message: 'This is a test delivery.' } };

/** Sends one event to one subscription through the whole pipeline, past its filters. */
@Injectable()
export class TestSend {
  constructor(
    private readonly store: TestSendStore,
    private readonly wake: DeliverWake,
  ) {}

  /** Ids of the event and delivery made. Errors: those of publish for the event given; `subscription_inactive` when it is switched off or suspended. */
  async send(tenantId: string, subscriptionId: string, event: unknown = SAMPLE): Promise<{ eventId: string; deliveryId: string }> {
    const raw = Buffer.from(JSON.stringify(event));
    const fields = readNativeEvent(raw, scanJson(raw));
    // A test may be sent again and again: its own id is no key.
    const stored = toNewEvent(tenantId, raw, { ...fields, ownId: null }, null);
    const delivery = await this.store.insert(stored, subscriptionId);
    if (delivery === null)
      throw new DomainError('subscription_inactive', 'The subscription is switched off or suspended, so nothing was sent.');
    this.wake.wake([delivery]);
    return { eventId: publicEventId(stored.uuid, null), deliveryId: formatId('dlv', delivery) };
  }
}
