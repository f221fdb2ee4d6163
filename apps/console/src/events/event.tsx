import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { api, ask } from '../api/client';
import type { EventDetail } from '../api/shapes';
import { useMay } from '../session/session';
import { Answer } from '../ui/answer';
import { Heading } from '../ui/heading';
import { TextBlock } from '../ui/text-block';
import { Time } from '../ui/time';
import { Explanation } from './explanation';

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

function Found({ event: { id, type, topic, app, acceptedAt, occurredAt, payload } }: { event: EventDetail }) {
  const mayPublish = useMay('events:publish');
  return (
    <>
      <Heading title={type} />
      <dl className="facts">
        <dt>Event</dt>
        <dd>
          <code>{id}</code>
        </dd>
        {topic && (
          <>
            <dt>Topic</dt>
            <dd>{topic}</dd>
          </>
        )}
        {app && (
          <>
            <dt>App</dt>
            <dd>{app}</dd>
          </>
        )}
        <dt>Occurred</dt>
        <dd>
          <Time at={occurredAt} />
        </dd>
        <dt>Accepted</dt>
        <dd>
          <Time at={acceptedAt} />
        </dd>
      </dl>
      {mayPublish && (
        <p className="actions">
          <Link className="button" to="/events/publish" state={{ payload }}>
            Publish one like it
          </Link>
        </p>
      )}
      <h2>Payload</h2>
      <TextBlock>{JSON.stringify(payload, null, 2)}</TextBlock>
      <h2>Subscriptions × verdicts</h2>
      <Explanation eventId={id} />
    </>
  );
}
