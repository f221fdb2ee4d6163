import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { api, ask } from '../api/client';
import type { EventDetail } from '../api/shapes';
import { useMay } from '../session/session';
import { Answer } from '../ui/answer';
import { Facts } from '../ui/facts';
import { Heading } from '../ui/heading';
import { prettyJson } from '../ui/json';
import { MayLink } from '../ui/may-link';
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
  return (
    <Answer of={event} what="the event">
      {(found) => <Found event={found} />}
    </Answer>
  );
}

function Found({ event }: { event: EventDetail }) {
  const { id, type, topic, app, acceptedAt, occurredAt, expungedAt } = event;
  return (
    <>
      <Up to="/events" />
      <Heading title={type}>
        {type} {expungedAt && <span className="mark">expunged</span>}
      </Heading>
      <Facts
        of={[
          ['Event', <code>{id}</code>],
          ...(topic ? [['Topic', topic] as const] : []),
          ...(app ? [['App', <AppLink app={app} />] as const] : []),
          ['Resource', resourceOf(event)],
          ['Occurred', <Time at={occurredAt} />],
          ['Accepted', <Time at={acceptedAt} />],
          ...(expungedAt ? [['Expunged', <Time at={expungedAt} />] as const] : []),
        ]}
      />
      {!expungedAt && <PublishAgain payload={event.payload} />}
      <ExpungeEvent event={event} />
      {expungedAt ? (
        <p className="state">Its payload has been expunged: there is nothing left to show, to send or to judge.</p>
      ) : (
        <Content event={event} />
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
