import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { Heading } from '../ui/heading';
import { ErrorNote } from '../ui/states';
import { signIn } from './session';

/** Asks for an API key. It goes to the gateway once and comes back as a cookie that no script can read. */
export function SignIn() {
  const id = useId();
  const attempt = useMutation({ mutationFn: signIn });
  return (
    <main className="sign-in">
      <form
        action={(form: FormData) => {
          attempt.mutate((form.get('key') as string).trim());
        }}
      >
        <Heading title="Sign in">Tidings</Heading>
        <label htmlFor={id}>API key</label>
        <input id={id} name="key" type="password" autoComplete="current-password" required autoFocus spellCheck={false} />
        {attempt.error && <ErrorNote error={attempt.error} />}
        <button className="primary" disabled={attempt.isPending}>
          Sign in
        </button>
        <p className="hint">What the key may not do is not offered. The sign-in ends after twelve hours.</p>
      </form>
    </main>
  );
}
