/** Where an object of the audit log has a screen, and what a key needs to see it. */
export interface Place {
  to: string;
  may: string;
}

/** By the beginning of the object's id; `of` is whose keys the screen is for. */
const PLACES: [prefix: string, of: 'tenant' | 'operator' | 'anybody', may: string, to: (id: string) => string][] = [
  ['sub_', 'tenant', 'subscriptions:read', (id) => `/subscriptions/${id}`],
  ['dlv_', 'tenant', 'deliveries:read', (id) => `/deliveries/${id}`],
  ['rpl_', 'tenant', 'deliveries:resend', (id) => `/replays/${id}`],
  ['app:', 'tenant', 'apps:read', placeInCatalog],
  ['ten_', 'operator', 'tenants:read', (id) => `/tenants/${id}`],
  ['key_', 'anybody', 'keys:read', (id) => `/keys?key=${id}`],
];

/** `app:<uuid>`, or of an event type `app:<uuid>/<topic>/<name>`. */
function placeInCatalog(id: string): string {
  const [app, topic] = id.split('/');
  return `/catalog/${app}${topic ? `?${new URLSearchParams({ topic })}` : ''}`;
}

/**
 * Where the object of an entry can be seen; null: nowhere, or not with such a key. An event is told by its action, since publishers give their
 * events ids of any form.
 */
export function placeOf(object: string, action: string, isOperator: boolean): Place | null {
  if (action === 'event.expunged') return isOperator ? null : { to: `/events/${encodeURIComponent(object)}`, may: 'events:read' };
  const place = PLACES.find(([prefix]) => object.startsWith(prefix));
  if (!place) return null;
  const [, of, may, to] = place;
  return of === 'anybody' || (of === 'operator') === isOperator ? { to: to(object), may } : null;
}
