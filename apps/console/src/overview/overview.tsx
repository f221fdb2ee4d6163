import { useState } from 'react';
import type { Overview as Figures } from '../api/shapes';
import { useSession } from '../session/session';
import { Heading } from '../ui/heading';
import { LiveSwitch } from '../ui/live-switch';
import { ErrorNote, Loading } from '../ui/states';
import { Time } from '../ui/time';
import { useUrlFilters } from '../ui/url-filters';
import { Backlog } from './backlog';
import { FailingEndpoints } from './failing-endpoints';
import { Headline } from './headline';
import { Plots } from './plots';
import { RangeChoice } from './range-choice';
import { rangeNamed } from './ranges';
import { TenantChoice } from './tenant-choice';
import { useOverview } from './use-overview';
import { useTenants } from './use-tenants';
import './overview.css';

const FILTERS = ['range', 'tenantId'] as const;

/** How deliveries fare: the screen to leave open. The range and the tenant stand in the address. */
export default function Overview() {
  const { filters, setFilter } = useUrlFilters(FILTERS);
  const [isLive, setLive] = useState(true);
  const isOperator = useSession().tenantId === null;
  const { error: tenantsError } = useTenants();
  const range = rangeNamed(filters.range);
  const overview = useOverview(range, isOperator ? filters.tenantId : undefined, isLive);
  return (
    <>
      <div className="title">
        <Heading title="Overview" />
        <form className="filters" onSubmit={(event) => event.preventDefault()}>
          <RangeChoice range={range} onChoose={(name) => setFilter('range', name)} />
          {isOperator && <TenantChoice chosen={filters.tenantId} onChoose={(id) => setFilter('tenantId', id)} />}
          <LiveSwitch isLive={isLive} setLive={setLive} />
        </form>
      </div>
      {tenantsError && <ErrorNote error={tenantsError} />}
      {overview.error && <ErrorNote error={overview.error} onRetry={() => void overview.refetch()} />}
      {overview.isLoading && <Loading what="the figures" />}
      {overview.data && (
        <div className="overview" aria-busy={overview.isPlaceholderData}>
          <Dashboard figures={overview.data} readAtMs={overview.dataUpdatedAt} />
          <p className="hint">
            As of <Time at={new Date(overview.dataUpdatedAt).toISOString()} />
            {isLive ? '.' : ', paused.'} Figures are some seconds behind; percentiles are at most 19 % off. The minutes that still fill are
            not plotted.
          </p>
        </div>
      )}
    </>
  );
}

const Dashboard = ({ figures, readAtMs }: { figures: Figures; readAtMs: number }) => (
  <>
    <Headline figures={figures} />
    <Plots figures={figures} readAtMs={readAtMs} />
    <div className="beside">
      <FailingEndpoints items={figures.worstSubscriptions} />
      <Backlog backlog={figures.backlog} />
    </div>
  </>
);
