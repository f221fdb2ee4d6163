import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { Facts } from '../ui/facts';
import { MayLink } from '../ui/may-link';
import { ErrorNote, Loading } from '../ui/states';
import { Time } from '../ui/time';
import { Standing } from './standing';

interface Props {
  id: string;
  onClose: () => void;
}

/** One key, wherever in the list it stands. */
export function KeyDetail({ id, onClose }: Props) {
  const key = useQuery({ queryKey: ['keys', id], queryFn: () => ask(api.GET('/v1/keys/{id}', { params: { path: { id } } })) });
  return (
    <section className="card" aria-label="The key" aria-live="polite">
      {key.error && <ErrorNote error={key.error} onRetry={() => void key.refetch()} />}
      {key.isLoading && <Loading what="the key" />}
      {key.data && (
        <>
          <h2>
            {key.data.name} <Standing of={key.data} />
          </h2>
          <Facts
            of={[
              ['Id', <code>{id}</code>],
              ['Key', <code>{key.data.hint}</code>],
              ['Tenant', key.data.tenantId ?? 'operator'],
              ['May', key.data.permissions.join(', ')],
              ['Made', <Time at={key.data.createdAt} />],
              ['Last used', <Time at={key.data.lastUsedAt} />],
              ['Ends', <Time at={key.data.expiresAt} />],
              ['Revoked', <Time at={key.data.revokedAt} />],
              [
                'Audit',
                <MayLink may="audit:list" to={`/audit?actor=${id}`}>
                  what it did
                </MayLink>,
              ],
            ]}
          />
        </>
      )}
      <p className="actions">
        <button type="button" onClick={onClose}>
          Close
        </button>
      </p>
    </section>
  );
}
