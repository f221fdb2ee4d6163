import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { api, ask } from '../api/client';
import { useMay } from '../session/session';
import { Facts } from '../ui/facts';
import { prettyJson } from '../ui/json';
import { ErrorNote, Loading } from '../ui/states';
import { Time } from '../ui/time';
import { Up } from '../ui/up';
import { EditTenant } from './edit-tenant';

/** One tenant: what it may ask of the API and how it is set. For operators. */
export default function Tenant() {
  const { id = '' } = useParams();
  const mayWrite = useMay('tenants:write');
  const [isEdited, setEdited] = useState(false);
  const tenant = useQuery({ queryKey: ['tenants', id], queryFn: () => ask(api.GET('/v1/tenants/{id}', { params: { path: { id } } })) });
  if (tenant.error) return <ErrorNote error={tenant.error} onRetry={() => void tenant.refetch()} />;
  if (!tenant.data) return <Loading what="the tenant" />;
  const { name, slug, settings, createdAt, updatedAt } = tenant.data;
  const { quotas = {}, strictEventTypes = false, ...rest } = settings;
  return (
    <>
      <Up to="/tenants" />
      <h1>{name}</h1>
      <Facts
        of={[
          ['Tenant', <code>{id}</code>],
          ['Slug', <code>{slug}</code>],
          ['Requests a second', `${perSecond(quotas.tenantPerSecond)} together, ${perSecond(quotas.keyPerSecond)} each key`],
          ['Unregistered event types', strictEventTypes ? 'refused' : 'taken'],
          ['Made', <Time at={createdAt} />],
          ['Changed', <Time at={updatedAt} />],
          ['See', <Elsewhere id={id} />],
        ]}
      />
      {isEdited && <EditTenant tenant={tenant.data} onDone={() => setEdited(false)} />}
      {mayWrite && !isEdited && (
        <p className="actions">
          <button onClick={() => setEdited(true)}>Edit</button>
        </p>
      )}
      {Object.keys(rest).length > 0 && (
        <>
          <h2>Other settings</h2>
          <pre>{prettyJson(rest)}</pre>
        </>
      )}
    </>
  );
}

const perSecond = (quota: number | undefined): string => (quota === undefined ? 'the default' : String(quota));

const Elsewhere = ({ id }: { id: string }) => (
  <>
    <Link to={`/?tenantId=${id}`}>how it fares</Link>, <Link to={`/keys?tenantId=${id}`}>its keys</Link>,{' '}
    <Link to={`/audit?tenantId=${id}`}>what was done</Link>
  </>
);
