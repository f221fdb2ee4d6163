import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { App as Stored } from '../api/shapes';
import { useMay } from '../session/session';
import { Answer } from '../ui/answer';
import { ConfirmButton } from '../ui/confirm-button';
import { Facts } from '../ui/facts';
import { FilterBar } from '../ui/filter-bar';
import { Heading } from '../ui/heading';
import { ErrorNote } from '../ui/states';
import { Time } from '../ui/time';
import { Up } from '../ui/up';
import { useUrlFilters } from '../ui/url-filters';
import { EditApp } from './edit-app';
import { EventTypes } from './event-types';
import { Topics } from './topics';

const FILTERS = ['topic'] as const;
const FIELDS = [{ name: 'topic', label: 'Topic' }] as const;

/** One app, and by topic the event types that it publishes. */
export default function App() {
  const { id = '' } = useParams();
  const app = useQuery({ queryKey: ['apps', id], queryFn: () => ask(api.GET('/v1/apps/{id}', { params: { path: { id } } })) });
  return (
    <Answer of={app} what="the app">
      {(found) => <Found key={id} app={found} />}
    </Answer>
  );
}

function Found({ app }: { app: Stored }) {
  const { id, name, baseUrl, permissions, permissionMatch, createdAt } = app;
  const go = useNavigate();
  const { filters, setFilter } = useUrlFilters(FILTERS);
  const mayWrite = useMay('apps:write');
  const [isEdited, setEdited] = useState(false);
  const params = { path: { id } };
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE('/v1/apps/{id}', { params })),
    onSuccess: async () => {
      await go('/catalog');
      await queries.invalidateQueries({ queryKey: ['apps'] });
    },
  });
  return (
    <>
      <Up to="/catalog" />
      <Heading title={name} />
      <Facts
        of={[
          ['App', <code>{id}</code>],
          ['Serves', baseUrl ?? '–'],
          ['Asks of subscribers', permissions.length > 0 ? `${permissionMatch} of ${permissions.join(', ')}` : 'nothing'],
          ['Registered', <Time at={createdAt} />],
        ]}
      />
      {isEdited && <EditApp app={app} onDone={() => setEdited(false)} />}
      {mayWrite && !isEdited && (
        <div className="actions">
          <button onClick={() => setEdited(true)}>Edit</button>
          <ConfirmButton action="Delete the app" disabled={remove.isPending} onConfirm={() => remove.mutate()}>
            Its event types go with it. Subscriptions that name it get nothing of it any more.
          </ConfirmButton>
        </div>
      )}
      {remove.error && <ErrorNote error={remove.error} />}
      <h2>Topics</h2>
      <Topics app={id} shown={filters.topic} />
      {/* One that has no event type yet is not among them. */}
      <FilterBar fields={FIELDS} filters={filters} setFilter={setFilter} />
      {filters.topic && (
        <>
          <h2>Event types of {filters.topic}</h2>
          <EventTypes key={filters.topic} app={id} topic={filters.topic} />
        </>
      )}
    </>
  );
}
