import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { useMay } from '../session/session';
import { ConfirmButton } from '../ui/confirm-button';
import { age } from '../ui/numbers';
import { ShownOnce } from '../ui/shown-once';
import { ErrorNote, Loading } from '../ui/states';
import { Time } from '../ui/time';

const HOUR_SECONDS = 3_600;
const DEFAULT_HOURS = 24;
const MAX_HOURS = 168;

/** The secrets that sign now. A rotation lets the one before sign on for a while, so that the receiver has time to learn the new one. */
export function Secrets({ id }: { id: string }) {
  const mayRotate = useMay('secrets:write');
  const [hours, setHours] = useState(DEFAULT_HOURS);
  const params = { path: { id } };
  const queryKey = ['subscriptions', id, 'secrets'];
  const secrets = useQuery({ queryKey, queryFn: () => ask(api.GET('/v1/subscriptions/{id}/secrets', { params })) });
  const rotate = useMutation({
    mutationFn: () => ask(api.POST('/v1/subscriptions/{id}/secrets/rotate', { params, body: { graceSeconds: hours * HOUR_SECONDS } })),
    onSuccess: ({ items }) => queries.setQueryData(queryKey, { items }),
  });
  return (
    <>
      <h2>Signing secrets</h2>
      {secrets.error && <ErrorNote error={secrets.error} onRetry={() => void secrets.refetch()} />}
      {secrets.isLoading && <Loading what="the secrets" />}
      {secrets.data?.items.length === 0 && <p className="hint">It has none: its requests are not signed.</p>}
      <ul>
        {secrets.data?.items.map(({ created, current, expiresAt, publicKey }) => (
          <li key={created}>
            {current ? 'The current one' : 'The one before'}, made <Time at={created} />
            {expiresAt && (
              <>
                {' '}
                <span className="mark warn">signs beside it</span> for {age((Date.parse(expiresAt) - Date.now()) / 1_000)} more, until{' '}
                <Time at={expiresAt} />
              </>
            )}
            {publicKey && <code> {publicKey}</code>}
          </li>
        ))}
      </ul>
      {rotate.data && <ShownOnce what="The new signing secret." secret={rotate.data.secret} />}
      {rotate.error && <ErrorNote error={rotate.error} />}
      {mayRotate && (
        <div className="actions">
          <label>
            The secret before signs on for{' '}
            <input
              type="number"
              min={0}
              max={MAX_HOURS}
              value={hours}
              onChange={({ target }) => setHours(Math.min(MAX_HOURS, Math.max(0, target.valueAsNumber || 0)))}
            />{' '}
            hours
          </label>
          <ConfirmButton action="Rotate" disabled={rotate.isPending} onConfirm={() => rotate.mutate()}>
            A new secret signs from now on
            {hours > 0 ? `, beside the one before for ${hours} hours` : ' alone: older signatures end at once'}.
          </ConfirmButton>
        </div>
      )}
    </>
  );
}
