import { DomainError } from '#domain/errors.js';
import { resourceUrl } from '#domain/resource-url.js';
import type { ResourceEvent } from '#store/event.store.js';
import { OutboundRequestStore } from '#store/outbound-request.store.js';
import { RegistryStore } from '#store/registry.store.js';
import { Injectable } from '@nestjs/common';

/** Has resources fetched from their publishers and published to one subscription alone. A gateway dials nobody: a dispatcher does it. */
@Injectable()
export class Hydration {
  constructor(
    private readonly registry: RegistryStore,
    private readonly requests: OutboundRequestStore,
  ) {}

  /**
   * Commits the request, to be made soon; false when no registered app says where it serves such a resource.
   * Errors: `subscription_inactive`.
   */
  async request(tenantId: string, subscriptionId: string, about: ResourceEvent): Promise<boolean> {
    const sources = await this.registry.resourceSources(tenantId, about.type, about.resourceType);
    if (sources.every(({ baseUrl, getApiPath }) => resourceUrl(baseUrl, getApiPath, about) === null)) return false;
    if (await this.requests.requestResource(tenantId, subscriptionId, about)) return true;
    throw new DomainError('subscription_inactive', 'The subscription is switched off or suspended, so nothing was sent.');
  }
}
