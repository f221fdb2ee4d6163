import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import type { Key } from '../api/shapes';
import { Answer } from '../ui/answer';
import { Facts } from '../ui/facts';
import { MayLink } from '../ui/may-link';
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
      <Answer of={key} what="the key">
        {(found) => <Found of={found} />}
      </Answer>
      <p className="actions">
        <button type="button" onClick={onClose}>
          Close
        </button>
      </p>
    </section>
  );
}

const Found = ({ of: key }: { of: Key }) => (
  <>
    <h2>
      {key.name} <Standing of={key} />
    </h2>
    <Facts
      of={[
        ['Id', <code>{key.id}</code>],
        ['Key', <code>{key.hint}</code>],
        ['Tenant', key.tenantId ?? 'operator'],
        ['May', key.permissions.join(', ')],
        ['Made', <Time at={key.createdAt} />],
        ['Last used', <Time at={key.lastUsedAt} />],
        ['Ends', <Time at={key.expiresAt} />],
        ['Revoked', <Time at={key.revokedAt} />],
        [
          'Audit',
          <MayLink may="audit:list" to={`/audit?actor=${key.id}`}>
            what it did
          </MayLink>,
        ],
      ]}
    />
  </>
);
