import { useMutation } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { EventType } from '../api/shapes';
import { useMay } from '../session/session';
import { More } from '../ui/more';
import { Empty, ErrorNote, Loading } from '../ui/states';
import { usePages } from '../ui/use-pages';
import { EventTypeCard } from './event-type-card';
import { RegisterEventType } from './register-event-type';

/** What an app publishes under a topic. */
export function EventTypes({ app, topic }: { app: string; topic: string }) {
  const mayWrite = useMay('apps:write');
  const path = { app, topic };
  const pages = usePages<EventType>(['apps', app, 'topics', topic], (page) =>
    ask(api.GET('/v1/apps/{app}/topics/{topic}/event-types', { params: { path, query: page } })),
  );
  // With the topics, which say how many each has.
  const refresh = () => queries.invalidateQueries({ queryKey: ['apps', app, 'topics'] });
  const remove = useMutation({
    mutationFn: (name: string) =>
      ask(api.DELETE('/v1/apps/{app}/topics/{topic}/event-types/{name}', { params: { path: { ...path, name } } })),
    onSuccess: refresh,
  });
  if (pages.error && pages.rows.length === 0) return <ErrorNote error={pages.error} onRetry={pages.refetch} />;
  if (pages.isLoading) return <Loading what="the event types" />;
  return (
    <>
      {mayWrite && <RegisterEventType app={app} topic={topic} onDone={refresh} />}
      {remove.error && <ErrorNote error={remove.error} />}
      {pages.rows.length === 0 && <Empty>Nothing is registered under this topic.</Empty>}
      {pages.rows.map((type) => (
        <EventTypeCard key={type.id} type={type} {...(mayWrite ? { onDelete: () => remove.mutate(type.name), onSaved: refresh } : {})} />
      ))}
      <More of={pages} />
    </>
  );
}
