import { useState } from 'react';
import { Link } from 'react-router';
import type { EventType } from '../api/shapes';
import { useMay } from '../session/session';
import { ConfirmButton } from '../ui/confirm-button';
import { prettyJson } from '../ui/json';
import { TextBlock } from '../ui/text-block';
import { EditEventType } from './edit-event-type';

/** An event as it would be published, of the type's example. */
const eventOf = ({ appId, topic, eventType, name, example }: EventType) => ({
  type: eventType ?? name,
  app: appId,
  topic,
  data: example ?? {},
});

interface Props {
  type: EventType;
  /** Both left out: the key may not change it. */
  onDelete?: () => void;
  onSaved?: () => Promise<void>;
}

/** One event type: what it tells, with an example to publish. */
export function EventTypeCard({ type, onDelete, onSaved }: Props) {
  const [isEdited, setEdited] = useState(false);
  const { name, eventType, description, example, schema, filterLogic } = type;
  const mayPublish = useMay('events:publish');
  const parts = [
    ['Example', example],
    ['Schema', schema],
    ['Only those for which', filterLogic],
  ] as const;
  return (
    <section className="card" aria-label={name}>
      <h3>
        {name} {eventType && <code>{eventType}</code>}
      </h3>
      {description && <p>{description}</p>}
      {parts.map(
        ([title, value]) =>
          value !== null && (
            <details key={title}>
              <summary>{title}</summary>
              <TextBlock>{prettyJson(value)}</TextBlock>
            </details>
          ),
      )}
      {isEdited && onSaved && <EditEventType type={type} onSaved={onSaved} onClose={() => setEdited(false)} />}
      <div className="actions">
        {onSaved && !isEdited && <button onClick={() => setEdited(true)}>Edit</button>}
        {mayPublish && (
          <Link className="button" to="/events/publish" state={{ payload: eventOf(type) }}>
            Publish one
          </Link>
        )}
        {onDelete && (
          <ConfirmButton action="Delete" onConfirm={onDelete}>
            “{name}” is not in the catalog any more; subscriptions that name it get nothing of it.
          </ConfirmButton>
        )}
      </div>
    </section>
  );
}
