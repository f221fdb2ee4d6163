import { Link, useParams } from 'react-router';
import type { Subscription as Stored } from '../api/shapes';
import { useMay } from '../session/session';
import { Answer } from '../ui/answer';
import { Facts } from '../ui/facts';
import { Heading } from '../ui/heading';
import { prettyJson } from '../ui/json';
import { plainName } from '../ui/plain-name';
import { ShownOnce } from '../ui/shown-once';
import { ErrorNote, Loading } from '../ui/states';
import { TextBlock } from '../ui/text-block';
import { Time } from '../ui/time';
import { Up } from '../ui/up';
import { ActivityMark } from './activity-mark';
import { writable } from './draft';
import { EndpointCheck } from './endpoint-check';
import { Preview } from './preview';
import { Sparkline } from './sparkline';
import { Secrets } from './secrets';
import { Standing } from './standing';
import { StatsNumbers } from './stats-numbers';
import { SubscriptionActions } from './subscription-actions';
import { useNewSecret } from './use-new-secret';
import { useStats } from './use-stats';
import { useSubscription } from './use-subscription';

/** One subscription: whether it is served and why not, how it fares, what may be done about it, and what an event would make of it. */
export default function Subscription() {
  const { id = '' } = useParams();
  return <Screen key={id} id={id} />;
}

function Screen({ id }: { id: string }) {
  const secret = useNewSecret();
  const subscription = useSubscription(id);
  const stats = useStats(id);
  return (
    <Answer of={subscription} what="the subscription">
      {(found) => <Found subscription={found} stats={stats} secret={secret} />}
    </Answer>
  );
}

interface FoundProps {
  subscription: Stored;
  stats: ReturnType<typeof useStats>;
  secret: string | undefined;
}

function Found({ subscription, stats, secret }: FoundProps) {
  const { id, name, method, url, eventTypes, version } = subscription;
  const maySecrets = useMay('secrets:read');
  const mayList = useMay('deliveries:list');
  return (
    <>
      <Up to="/subscriptions" />
      <Heading title={plainName(name)}>
        {plainName(name)} <ActivityMark subscription={subscription} />
      </Heading>
      {secret && <ShownOnce what="The signing secret." secret={secret} />}
      <Standing subscription={subscription} stats={stats.data} />
      <Facts
        of={[
          ['Subscription', <code>{id}</code>],
          ['Sends to', `${method} ${url}`],
          ['Event types', eventTypes?.join(', ') || '–'],
          ['Version', versionText(version)],
          ['Changed', <Time at={version.modified} />],
          ...(mayList ? ([['Deliveries', <Link to={`/deliveries?subscription=${id}`}>all of them</Link>]] as const) : []),
        ]}
      />
      <SubscriptionActions subscription={subscription} />
      <h2>Last 24 hours</h2>
      {stats.error && <ErrorNote error={stats.error} onRetry={() => void stats.refetch()} />}
      {stats.isLoading && <Loading what="the numbers" />}
      <div className="card trend">
        <Sparkline id={id} />
      </div>
      {stats.data && <StatsNumbers id={id} stats={stats.data} />}
      <EndpointCheck id={id} />
      {maySecrets && <Secrets id={id} />}
      <h2>What an event would make of it</h2>
      <Preview draft={writable(subscription)} id={id} />
      <h2>All it says</h2>
      <TextBlock>{prettyJson(writable(subscription))}</TextBlock>
    </>
  );
}

const versionText = ({ versionNo, createdBy, modifiedBy }: { versionNo: string; createdBy: string; modifiedBy: string }): string =>
  `${versionNo}, made by ${createdBy}, changed last by ${modifiedBy}`;
