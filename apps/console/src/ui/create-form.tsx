import type { ReactNode } from 'react';
import { ErrorNote } from './states';

interface Props {
  /** What it makes, on what opens it. */
  title: string;
  /** What its button says. */
  action: string;
  making: { mutate: () => void; error: Error | null; isPending: boolean };
  /** The fields. */
  children: ReactNode;
  /** What became of it, beside the button. */
  said?: ReactNode;
}

/** A form that makes something new; it is folded up until somebody wants it. */
export const CreateForm = ({ title, action, making, children, said }: Props) => (
  <details>
    <summary>{title}</summary>
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        making.mutate();
      }}
    >
      {children}
      {making.error && <ErrorNote error={making.error} />}
      <p className="actions">
        <button className="primary" disabled={making.isPending}>
          {action}
        </button>
        <span role="status">{said}</span>
      </p>
    </form>
  </details>
);
