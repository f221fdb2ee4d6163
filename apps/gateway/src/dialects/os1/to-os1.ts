import type { Written } from '../../subscriptions/subscriptions.service.js';
import type { Os1SubscriptionDto, Os1SubscriptionItemDto } from './subscription.dto.js';
import { wantedOf } from './wanted.js';

type Row = Written['row'];

/** A subscription as OS1's list shows it. Source: OS1, "Subscribing to Webhook Events", GetSubscriptions. */
export function toItem(row: Row): Os1SubscriptionItemDto {
  const { topic, app } = wantedOf(row);
  const { description } = row.spec;
  return {
    id: row.id,
    description: typeof description === 'object' ? (Object.values(description ?? {})[0] ?? null) : description,
    topic,
    eventAppId: app,
    isActive: row.enabled,
    customAttr: row.dialectFields['customAttr'] === true,
  };
}

/** The same with its events and its endpoint; the key is never shown. Source: as above, GetSubscriptionById. */
export const toDetail = (row: Row): Os1SubscriptionDto => ({
  ...toItem(row),
  events: [...wantedOf(row).events],
  webhook: { url: row.spec.url },
});
