import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { api, ask } from '../api/client';
import type { EventDetail } from '../api/shapes';
import { useMay } from '../session/session';
import { Facts } from '../ui/facts';
import { prettyJson } from '../ui/json';
import { MayLink } from '../ui/may-link';
import { ErrorNote, Loading } from '../ui/states';
import { TextBlock } from '../ui/text-block';
import { Time } from '../ui/time';
import { Up } from '../ui/up';
import { Explanation } from './explanation';
import { ExpungeEvent } from './expunge-event';
import { resourceOf } from './resource-of';

/** One event: what was published, and for every subscription why it was or was not delivered. */
export default function Event() {
  const { id = '' } = useParams();
  const event = useQuery({ queryKey: ['events', id], queryFn: () => ask(api.GET('/v1/events/{id}', { params: { path: { id } } })) });
  if (event.error) return <ErrorNote error={event.error} onRetry={() => void event.refetch()} />;
  if (!event.data) return <Loading what="the event" />;
  const { type, topic, app, acceptedAt, occurredAt, expungedAt } = event.data;
  return (
    <>
      <Up to="/events" />
      <h1>
        {type} {expungedAt && <span className="mark">expunged</span>}
      </h1>
      <Facts
        of={[
          ['Event', <code>{id}</code>],
          ...(topic ? [['Topic', topic] as const] : []),
          ...(app ? [['App', <AppLink app={app} />] as const] : []),
          ['Resource', resourceOf(event.data)],
          ['Occurred', <Time at={occurredAt} />],
          ['Accepted', <Time at={acceptedAt} />],
          ...(expungedAt ? [['Expunged', <Time at={expungedAt} />] as const] : []),
        ]}
      />
      {!expungedAt && <PublishAgain payload={event.data.payload} />}
      <ExpungeEvent event={event.data} />
      {expungedAt ? (
        <p className="state">Its payload has been expunged: there is nothing left to show, to send or to judge.</p>
      ) : (
        <Content event={event.data} />
      )}
    </>
  );
}

/** An event may name an app that nobody has registered. */
const AppLink = ({ app }: { app: string }) =>
  app.startsWith('app:') ? (
    <MayLink may="apps:read" to={`/catalog/${app}`}>
      {app}
    </MayLink>
  ) : (
    app
  );

const PublishAgain = ({ payload }: { payload: unknown }) =>
  useMay('events:publish') ? (
    <p className="actions">
      <Link className="button" to="/events/publish" state={{ payload }}>
        Publish one like it
      </Link>
    </p>
  ) : null;

const Content = ({ event: { id, payload } }: { event: EventDetail }) => (
  <>
    <h2>Payload</h2>
    <TextBlock>{prettyJson(payload)}</TextBlock>
    <h2>Subscriptions × verdicts</h2>
    <Explanation eventId={id} />
  </>
);
