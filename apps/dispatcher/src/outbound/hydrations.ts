import { createHash } from 'node:crypto';
import { DomainError } from '#domain/errors.js';
import { scanJson } from '#domain/json/scan.js';
import { LIMITS } from '#domain/limits.js';
import { resourceUrl } from '#domain/resource-url.js';
import { newUuid } from '#store/new-id.js';
import type { DueRequest, OutboundRequestStore } from '#store/outbound-request.store.js';
import type { NewEvent } from '#store/publish.store.js';
import type { RegistryStore, ResourceSource } from '#store/registry.store.js';
import type { Get } from '../dispatch/send/get.js';
import { DONE, failed, type Handled } from './handled.js';

type DueHydration = Extract<DueRequest, { kind: 'hydration' }>;

/** Fetches a resource from its publisher's app and publishes it to the one subscription that asked. */
export class Hydrations {
  constructor(
    private readonly store: OutboundRequestStore,
    private readonly registry: RegistryStore,
    private readonly get: Get,
    private readonly onDelivery: (deliveryUuid: string) => void,
  ) {}

  async make(due: DueHydration): Promise<Handled> {
    const found = await this.sourceOf(due);
    if (!found) return failed('No app says any more where it serves this resource.', true);
    const fetched = await this.get(found.url);
    if (fetched.kind === 'local') return fetched;
    if (fetched.kind === 'failure') return failed(`The resource could not be fetched: ${fetched.code}.`);
    if (fetched.status !== 200) return failed(`The app answered ${fetched.status} when the resource was fetched.`);
    const event = eventOf(due, found.source, fetched.body);
    return typeof event === 'string' ? failed(event) : this.publish(due, event);
  }

  /** Registrations are read anew: the app may have moved since. */
  private async sourceOf(due: DueHydration): Promise<{ source: ResourceSource; url: string } | undefined> {
    const sources = await this.registry.resourceSources(due.tenantId, due.eventType, due.resourceType);
    for (const source of sources) {
      const url = resourceUrl(source.baseUrl, source.getApiPath, due);
      if (url !== null) return { source, url };
    }
    return undefined;
  }

  private async publish(due: DueHydration, event: NewEvent): Promise<Handled> {
    const published = await this.store.publishResource(due.id, event, due.subscriptionUuid);
    if (published === 'inactive') return failed('The subscription is switched off, suspended or gone.', true);
    if (published !== 'gone') this.onDelivery(published.delivery);
    return DONE;
  }
}

/** The event that a publish of this resource would have stored, or what is wrong with the resource. */
function eventOf(due: DueHydration, { app, topic }: ResourceSource, resource: Buffer): NewEvent | string {
  const { eventType: type, resourceType, resourceId } = due;
  const fault = faultOf(resource);
  if (fault !== null) return fault;
  const head = JSON.stringify({ type, app, topic, resource: { type: resourceType, id: resourceId } });
  const start = Buffer.from(`${head.slice(0, -1)},"data":`);
  const raw = Buffer.concat([start, resource, Buffer.from('}')]);
  if (raw.length > LIMITS.eventBodyBytes.max) return `The resource is too large: an event has at most ${LIMITS.eventBodyBytes.max} bytes.`;
  const scan = scanJson(raw, { maxMembers: Infinity });
  const data = scan.members.get('data')!;
  return {
    ...{ uuid: newUuid(), tenantId: due.tenantId, ownId: null, idempotencyKey: null },
    fingerprint: createHash('sha256').update(raw).digest(),
    ...{ type, topic, app, resourceType, resourceId, requestId: null, occurredAt: null },
    ...{ raw, dataStart: data.start, dataEnd: data.end },
  };
}

/** Whatever a publish would refuse in `data`; null for a sound one. One level is the event's own. */
function faultOf(resource: Buffer): string | null {
  try {
    scanJson(resource, { maxMembers: Infinity, maxDepth: LIMITS.jsonDepth.max - 1 });
    return null;
  } catch (error) {
    if (error instanceof DomainError) return `The resource is not what an event may hold (${error.code}).`;
    throw error;
  }
}
