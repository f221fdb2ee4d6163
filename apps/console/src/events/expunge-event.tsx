import { useMutation } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import type { EventDetail, Expunge } from '../api/shapes';
import { useMay } from '../session/session';
import { ConfirmButton } from '../ui/confirm-button';
import { ErrorNote } from '../ui/states';
import { useUrlFilters } from '../ui/url-filters';
import { ExpungeProgress } from './expunge-progress';
import { refreshExpunged } from './refresh-expunged';
import { namedResource, resourceOf } from './resource-of';

/** The one that was asked for stands in the address, so that it can be watched after a reload. */
const SHOWN = ['expunge'] as const;

/** Takes the payload of an event, or of all events about its resource, out of everything; and shows how far that has come. */
export function ExpungeEvent({ event }: { event: EventDetail }) {
  const mayExpunge = useMay('expunges:write');
  const { filters, setFilter } = useUrlFilters(SHOWN);
  const { type, id } = namedResource(event);
  const expunge = useMutation({
    mutationFn: (request: () => Promise<Expunge>) => request(),
    onSuccess: async (made) => {
      setFilter('expunge', made.id);
      await refreshExpunged();
    },
  });
  const ofEvent = () => ask(api.POST('/v1/events/{id}/expunge', { params: { path: { id: event.id } } }));
  const ofResource = () => ask(api.POST('/v1/expunges', { body: { resource: { type: type ?? '', id: id ?? '' } } }));
  return (
    <>
      {mayExpunge && (
        <div className="actions">
          {!event.expungedAt && (
            <ConfirmButton action="Expunge the payload" disabled={expunge.isPending} onConfirm={() => expunge.mutate(ofEvent)}>
              The payload goes, with what was sent and answered of it. Ids, types, times and states stay. Deliveries that wait are
              cancelled, and none can be resent. This cannot be taken back.
            </ConfirmButton>
          )}
          {type && id && (
            <ConfirmButton
              action={`Expunge all of ${resourceOf(event)}`}
              disabled={expunge.isPending}
              onConfirm={() => expunge.mutate(ofResource)}
            >
              The payloads of all events about this resource that were published until now go, with what was sent and answered of them.
              Deliveries that wait are cancelled, and none can be resent. This cannot be taken back.
            </ConfirmButton>
          )}
        </div>
      )}
      {expunge.error && <ErrorNote error={expunge.error} />}
      {filters.expunge && <ExpungeProgress key={filters.expunge} id={filters.expunge} />}
    </>
  );
}
