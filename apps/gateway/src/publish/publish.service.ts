import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { DomainError } from '#domain/errors.js';
import { formatId } from '#domain/ids.js';
import { type JsonScan, scanJson } from '#domain/json/scan.js';
import { FanoutWake } from '#queue/fanout-wake.js';
import { readTraceparent } from '#domain/traceparent.js';
import { type Span, type Tracer, TRACER_TOKEN } from '#observability/tracer.js';
import { type NewEvent, type Published, PublishStore } from '#store/publish.store.js';
import { Inject, Injectable } from '@nestjs/common';
import { readCloudEvent } from './cloud-event.js';
import { failPoint } from './fail-point.js';
import { readNativeEvent } from './native-event.js';
import { toNewEvent } from './new-event.js';
import { PublishFigures } from './publish-figures.js';
import { ended } from './publish-span.js';
import { StrictTypes } from './strict-types.js';

/** `raw` are the bytes of the event object, `scan` their scan. */
export interface GivenEvent {
  raw: Buffer;
  scan: JsonScan;
  format: 'native' | 'cloudevent';
}

/** Accept, store, wake: what answers for an event has been committed, and the wake-up holds up nobody. */
@Injectable()
export class PublishService {
  private underWay = 0;

  constructor(
    private readonly store: PublishStore,
    private readonly wake: FanoutWake,
    private readonly strictTypes: StrictTypes,
    private readonly figures: PublishFigures,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    @Inject(TRACER_TOKEN) private readonly tracer: Tracer | null,
  ) {
    store.outboxGraceMs = settings.OUTBOX_GRACE_MS;
    store.hooks = failPoint(settings.FAIL_POINT);
    figures.watch(() => this.underWay);
  }

  /**
   * Takes one event. `hops`: how often it came out of this service before; `caller`: the `traceparent` it came with, whatever it holds.
   * Errors: the format's own, `payload_too_large`, `idempotency_key_conflict`, `unknown_event_type`, `idempotency_key_reused`, `busy`,
   * `overloaded`, `storage_unavailable`.
   */
  publish(tenantId: string, given: GivenEvent, idempotencyKey: string | null, hops: number, caller?: string): Promise<Published> {
    const span = this.begin(caller, tenantId, given.raw);
    const published = this.readAndCommit(tenantId, given, idempotencyKey, hops, span?.traceparent);
    return span ? ended(span, published, ({ id, kind }) => ({ eventId: id, isDuplicate: kind === 'duplicate' })) : published;
  }

  /** Takes the items of a batch, each for itself: the answers come in the items' order. Of two with one id the first is the one that is stored. */
  publishBatch(
    tenantId: string,
    raw: Buffer,
    items: JsonScan['items'],
    hops: number,
    caller?: string,
  ): Promise<(Published | DomainError)[]> {
    const span = this.begin(caller, tenantId, raw);
    const published = this.commitItems(tenantId, raw, items, hops, span?.traceparent);
    if (!span) return published;
    return ended(span, published, (all) => ({ events: all.length, refused: all.filter((one) => one instanceof DomainError).length }));
  }

  /** The span of one request, to which every event that it brings belongs. */
  private begin(caller: string | undefined, tenantId: string, raw: Buffer): Span | undefined {
    return this.tracer?.start({
      name: 'publish',
      kind: 'server',
      parent: readTraceparent(caller),
      facts: { tenantId: formatId('ten', tenantId), bodyBytes: raw.length },
    });
  }

  private async readAndCommit(
    tenantId: string,
    given: GivenEvent,
    key: string | null,
    hops: number,
    traceparent?: string,
  ): Promise<Published> {
    return this.commit(await this.read(tenantId, given, key, hops, traceparent));
  }

  private async commitItems(
    tenantId: string,
    raw: Buffer,
    items: JsonScan['items'],
    hops: number,
    traceparent?: string,
  ): Promise<(Published | DomainError)[]> {
    const readItem = async ({ start, end }: JsonScan['items'][number]): Promise<NewEvent> => {
      const item = raw.subarray(start, end);
      return this.read(tenantId, { raw: item, scan: scanJson(item, { maxMembers: Infinity }), format: 'native' }, null, hops, traceparent);
    };
    const events = await Promise.all(items.map((item) => orRefusal(readItem(item))));
    // All have been read by now, so they are handed to the store one after the other, in their order.
    return Promise.all(events.map(async (event) => (event instanceof DomainError ? event : orRefusal(this.commit(event)))));
  }

  private async read(
    tenantId: string,
    { raw, scan, format }: GivenEvent,
    key: string | null,
    hops: number,
    traceparent: string | undefined,
  ): Promise<NewEvent> {
    const fields = format === 'native' ? readNativeEvent(raw, scan) : readCloudEvent(raw, scan);
    const event = toNewEvent(tenantId, raw, fields, key, hops, traceparent);
    await this.bounded(() => this.strictTypes.check(tenantId, event.type));
    return event;
  }

  private async commit(event: NewEvent): Promise<Published> {
    const startedAt = performance.now();
    const published = await this.bounded(() => this.store.publish(event));
    if (this.settings.FAIL_POINT !== 'skip-wake') this.wake.wake([published.uuid], event.tenantId);
    this.figures.answered(event.tenantId, published, performance.now() - startedAt);
    return published;
  }

  /** Beyond this many at once an answer now is worth more than a place in a queue that only grows. */
  private async bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.underWay >= this.settings.PUBLISH_CONCURRENCY)
      throw new DomainError('overloaded', 'Too many events are being published right now. Try again.');
    this.underWay++;
    try {
      return await work();
    } finally {
      this.underWay--;
    }
  }
}

/** A refusal is one item's answer; anything else is everybody's failure. */
async function orRefusal<T>(work: Promise<T>): Promise<T | DomainError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
