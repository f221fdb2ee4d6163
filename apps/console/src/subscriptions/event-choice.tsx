import { useMutation, useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { Field } from '../ui/field';

const SHOWN = 50;

/** A choice of the newest events; what was published is handed on. */
export function EventChoice({ onChoose }: { onChoose: (payload: unknown) => void }) {
  const events = useQuery({
    queryKey: ['events', 'newest', SHOWN],
    queryFn: () => ask(api.GET('/v1/events', { params: { query: { limit: SHOWN } } })),
  });
  const choose = useMutation({
    mutationFn: (id: string) => ask(api.GET('/v1/events/{id}', { params: { path: { id } } })),
    onSuccess: ({ payload }) => onChoose(payload),
  });
  const faults = [events.error, choose.error].flatMap((error) => (error ? [error.message] : []));
  return (
    <Field label="Take an event that was published" faults={faults}>
      {(control) => (
        <select {...control} defaultValue="" onChange={({ target }) => target.value && choose.mutate(target.value)}>
          <option value="">{events.data?.items.length === 0 ? 'none yet' : 'choose one'}</option>
          {events.data?.items.map(({ id, type, acceptedAt }) => (
            <option key={id} value={id}>
              {type} · {new Date(acceptedAt).toLocaleString()}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
