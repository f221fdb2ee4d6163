import type { StoredEvent } from '../api/shapes';

/** What an event is about, as its publisher named it. */
export const namedResource = ({ resource }: StoredEvent) => resource as unknown as { type: string | null; id: string | null };

/** The same in words; a dash where the publisher named nothing. */
export function resourceOf(event: StoredEvent): string {
  const { type, id } = namedResource(event);
  return type || id ? `${type ?? ''} ${id ?? ''}`.trim() : '–';
}
