import { useMutation } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { Key } from '../api/shapes';
import { ConfirmButton } from '../ui/confirm-button';

export function RevokeKey({ of: { id, name } }: { of: Key }) {
  const revoke = useMutation({
    mutationFn: () => ask(api.DELETE('/v1/keys/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  return (
    <>
      <ConfirmButton action="Revoke" disabled={revoke.isPending} onConfirm={() => revoke.mutate()}>
        “{name}” is no key any more, within two seconds. This cannot be taken back.
      </ConfirmButton>
      {revoke.error && <span role="alert">{revoke.error.message}</span>}
    </>
  );
}
