import { type ReactNode, useId, useRef } from 'react';

interface Props {
  /** What the button says, there and in the question. */
  action: string;
  /** What will come of it. */
  children: ReactNode;
  onConfirm: () => void;
  disabled?: boolean;
}

/** A button for what cannot be taken back: it asks once more. The browser keeps the focus in the question and gives it back. */
export function ConfirmButton({ action, children, onConfirm, disabled = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  return (
    <>
      <button type="button" className="danger" disabled={disabled} onClick={() => dialog.current?.showModal()}>
        {action}
      </button>
      <dialog ref={dialog} aria-labelledby={title}>
        <h2 id={title}>{action}?</h2>
        <div>{children}</div>
        <form method="dialog" className="actions">
          <button autoFocus>Leave it</button>
          <button className="danger" onClick={onConfirm}>
            {action}
          </button>
        </form>
      </dialog>
    </>
  );
}
