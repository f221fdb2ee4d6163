import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { api, ask } from '../api/client';
import type { Tenant as Stored } from '../api/shapes';
import { useMay } from '../session/session';
import { Answer } from '../ui/answer';
import { Facts } from '../ui/facts';
import { Heading } from '../ui/heading';
import { prettyJson } from '../ui/json';
import { MayLink } from '../ui/may-link';
import { TextBlock } from '../ui/text-block';
import { Time } from '../ui/time';
import { Up } from '../ui/up';
import { EditTenant } from './edit-tenant';

/** One tenant: what it may ask of the API and how it is set. For operators. */
export default function Tenant() {
  const { id = '' } = useParams();
  const tenant = useQuery({ queryKey: ['tenants', id], queryFn: () => ask(api.GET('/v1/tenants/{id}', { params: { path: { id } } })) });
  return (
    <Answer of={tenant} what="the tenant">
      {(found) => <Found key={id} tenant={found} />}
    </Answer>
  );
}

function Found({ tenant }: { tenant: Stored }) {
  const mayWrite = useMay('tenants:write');
  const [isEdited, setEdited] = useState(false);
  const { id, name, slug, settings, createdAt, updatedAt } = tenant;
  const { quotas = {}, strictEventTypes = false, ...rest } = settings;
  return (
    <>
      <Up to="/tenants" />
      <Heading title={name} />
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
      {isEdited && <EditTenant tenant={tenant} onDone={() => setEdited(false)} />}
      {mayWrite && !isEdited && (
        <p className="actions">
          <button onClick={() => setEdited(true)}>Edit</button>
        </p>
      )}
      {Object.keys(rest).length > 0 && (
        <>
          <h2>Other settings</h2>
          <TextBlock>{prettyJson(rest)}</TextBlock>
        </>
      )}
    </>
  );
}

const perSecond = (quota: number | undefined): string => (quota === undefined ? 'the default' : String(quota));

const Elsewhere = ({ id }: { id: string }) => (
  <>
    <MayLink may="deliveries:list" to={`/?tenantId=${id}`}>
      how it fares
    </MayLink>
    ,{' '}
    <MayLink may="keys:list" to={`/keys?tenantId=${id}`}>
      its keys
    </MayLink>
    ,{' '}
    <MayLink may="audit:list" to={`/audit?tenantId=${id}`}>
      what was done
    </MayLink>
  </>
);
