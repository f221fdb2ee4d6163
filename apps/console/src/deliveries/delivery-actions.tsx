import { useMutation } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { Delivery } from '../api/shapes';
import { useMay } from '../session/session';
import { ErrorNote } from '../ui/states';

type Action = 'resend' | 'cancel';

/** What an operator may do about a delivery: send it again once it has ended or waits, or stop it. */
export function DeliveryActions({ delivery }: { delivery: Delivery }) {
  const mayResend = useMay('deliveries:resend');
  const act = useMutation({
    mutationFn: (action: Action) => ask(api.POST(`/v1/deliveries/{id}/${action}`, { params: { path: { id: delivery.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  if (!mayResend) return null;
  const mayCancel = ['pending', 'failed', 'diverted'].includes(delivery.state);
  return (
    <div className="actions">
      <button className="primary" disabled={delivery.state === 'sending' || act.isPending} onClick={() => act.mutate('resend')}>
        Resend
      </button>
      <button disabled={!mayCancel || act.isPending} onClick={() => act.mutate('cancel')}>
        Cancel
      </button>
      {act.error && <ErrorNote error={act.error} />}
    </div>
  );
}
