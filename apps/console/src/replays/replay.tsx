import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { api, ask } from '../api/client';
import type { Replay as Stored } from '../api/shapes';
import { Answer } from '../ui/answer';
import { Facts } from '../ui/facts';
import { Heading } from '../ui/heading';
import { prettyJson } from '../ui/json';
import { MayLink } from '../ui/may-link';
import { TextBlock } from '../ui/text-block';
import { Time } from '../ui/time';
import { Up } from '../ui/up';
import { Progress } from './progress';
import { ReplayActions } from './replay-actions';
import { ReplayMark } from './replay-mark';

const OPEN_MS = 1_000;

/** One replay: what it sends, how far it has come, and what it passed over. Follows along until it has ended. */
export default function Replay() {
  const { id = '' } = useParams();
  const replay = useQuery({
    queryKey: ['replays', id],
    queryFn: () => ask(api.GET('/v1/replays/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && state.data.endedAt === null ? OPEN_MS : false),
  });
  return (
    <Answer of={replay} what="the replay">
      {(found) => <Found replay={found} />}
    </Answer>
  );
}

function Found({ replay }: { replay: Stored }) {
  const { id, state, mode, subscriptionId, from, to, ratePerSecond, resent, skipped, skippedBy, lastError, filter } = replay;
  return (
    <>
      <Up to="/replays" />
      <Heading title="Replay">
        Replay <ReplayMark state={state} />
      </Heading>
      <Progress replay={replay} />
      <ReplayActions replay={replay} />
      <Facts
        of={[
          ['Replay', <code>{id}</code>],
          ['Of', mode === 'failed' ? 'deliveries that ended without success' : 'events that the subscription never saw'],
          [
            'Subscription',
            subscriptionId ? (
              <MayLink may="subscriptions:read" to={`/subscriptions/${subscriptionId}`}>
                {subscriptionId}
              </MayLink>
            ) : (
              'all'
            ),
          ],
          ['From', <Time at={from} />],
          ['To', <Time at={to} />],
          ['At most', `${ratePerSecond} a second`],
          ['Sent again', resent],
          [
            'Passed over',
            Object.entries(skippedBy)
              .map(([why, count]) => `${count} ${why}`)
              .join(', ') || skipped,
          ],
          ['Started', <Time at={replay.startedAt} />],
          ['Ended', <Time at={replay.endedAt} />],
          ...(lastError ? [['Last fault', <code>{lastError}</code>] as const] : []),
        ]}
      />
      {Object.keys(filter).length > 0 && (
        <>
          <h2>Only</h2>
          <TextBlock>{prettyJson(filter)}</TextBlock>
        </>
      )}
    </>
  );
}
