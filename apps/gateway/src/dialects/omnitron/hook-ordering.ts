import { invalidField } from '#domain/errors.js';
import type { SubscriptionOrder } from '../../subscriptions/subscriptions.service.js';

/**
 * Fields that a list of hooks may be ordered by. Those that are objects have no order, and a sealed secret none that means anything.
 * Source: dj-whisperer, whose hooks are ordered by any field.
 */
const FIELDS: ReadonlyMap<string, SubscriptionOrder['by']> = new Map([
  ['id', 'number'],
  ['created_date', 'createdAt'],
  ['modified_date', 'modifiedAt'],
  ['target_url', 'url'],
  ['event_type', 'eventType'],
  ['is_active', 'active'],
  ['callback', 'callback'],
]);

/** Reads `ordering=-created_date,id`, as Django REST framework spells it. Throws DomainError `invalid_value` for a field it does not know. */
export function readOrdering(text: string | undefined): SubscriptionOrder[] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const name = part.trim().replace(/^-/, '');
    const by = FIELDS.get(name);
    if (by === undefined) throw invalidField('/ordering', 'invalid_value', `"${name.slice(0, 64)}" is not a field to order by.`);
    return { by, descending: part.trim().startsWith('-') };
  });
}
