import { Link } from 'react-router';
import { api, ask } from '../api/client';
import type { Topic } from '../api/shapes';
import { More } from '../ui/more';
import { Empty, ErrorNote, Loading } from '../ui/states';
import { usePages } from '../ui/use-pages';

interface Props {
  app: string;
  /** The one whose event types are shown. */
  shown: string | undefined;
}

/** The topics that an app publishes under, each leading to its event types. */
export function Topics({ app, shown }: Props) {
  const pages = usePages<Topic & { id: string }>(['apps', app, 'topics'], async (query) => {
    const page = await ask(api.GET('/v1/apps/{id}/topics', { params: { path: { id: app }, query } }));
    return { ...page, items: page.items.map((topic) => ({ ...topic, id: topic.topic })) };
  });
  if (pages.error && pages.rows.length === 0) return <ErrorNote error={pages.error} onRetry={pages.refetch} />;
  if (pages.isLoading) return <Loading what="the topics" />;
  if (pages.rows.length === 0) return <Empty>Nothing is registered yet. Name a topic to begin.</Empty>;
  return (
    <>
      <ul className="choices">
        {pages.rows.map(({ topic, eventTypes }) => (
          <li key={topic}>
            <Link className="button" to={`?${new URLSearchParams({ topic })}`} aria-current={topic === shown ? 'true' : undefined}>
              {topic} <span className="hint">{eventTypes}</span>
            </Link>
          </li>
        ))}
      </ul>
      <More of={pages} />
    </>
  );
}
