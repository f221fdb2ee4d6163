import { useEffect, useId, useRef } from 'react';
import { useBlocker } from 'react-router';

const LEAVE = 'leave';

/** Asks before one goes to another screen while there is something that would be lost. The browser asks before it leaves the page. */
export function LeaveGuard({ when }: { when: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => when && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (blocker.state === 'blocked') dialog.current?.showModal();
  }, [blocker.state]);
  useEffect(() => {
    if (!when) return;
    const keep = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', keep);
    return () => window.removeEventListener('beforeunload', keep);
  }, [when]);
  const decide = (): void => (dialog.current?.returnValue === LEAVE ? blocker.proceed?.() : blocker.reset?.());
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={decide}>
      <h2 id={title}>Leave without saving?</h2>
      <p>What was changed here is lost.</p>
      <form method="dialog" className="actions">
        <button value="stay" autoFocus>
          Stay
        </button>
        <button value={LEAVE} className="danger">
          Leave
        </button>
      </form>
    </dialog>
  );
}
