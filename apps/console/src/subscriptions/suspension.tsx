import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import type { Subscription } from '../api/shapes';

/** What the API says itself where nobody does; its types ask for a reason. */
const BY_AN_OPERATOR = 'suspended by an operator';

interface Props {
  subscription: Subscription;
  onChange: () => Promise<void>;
}

/** Suspends a subscription, with a reason for those who find it so, or ends that. */
export function Suspension({ subscription: { id, suspended }, onChange }: Props) {
  const [reason, setReason] = useState('');
  const params = { path: { id } };
  const suspend = useMutation({
    mutationFn: () => ask(api.POST('/v1/subscriptions/{id}/suspend', { params, body: { reason: reason.trim() || BY_AN_OPERATOR } })),
    onSuccess: onChange,
  });
  const unsuspend = useMutation({ mutationFn: () => ask(api.POST('/v1/subscriptions/{id}/unsuspend', { params })), onSuccess: onChange });
  const error = suspend.error ?? unsuspend.error;
  return (
    <>
      {suspended ? (
        <button className="primary" disabled={unsuspend.isPending} onClick={() => unsuspend.mutate()}>
          Unsuspend
        </button>
      ) : (
        <>
          <input
            aria-label="Why it is suspended"
            placeholder="Why (optional)"
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
          <button disabled={suspend.isPending} onClick={() => suspend.mutate()}>
            Suspend
          </button>
        </>
      )}
      {error && <span role="alert">{error.message}</span>}
    </>
  );
}
