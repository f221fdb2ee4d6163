import { useState } from 'react';

/** An id within a row or a line, and a way to take it along. */
export function CopyId({ id }: { id: string }) {
  const [said, setSaid] = useState('copy');
  const copy = (): void => {
    navigator.clipboard.writeText(id).then(
      () => setSaid('copied'),
      () => setSaid('not allowed'),
    );
  };
  return (
    <>
      <code>{id}</code>{' '}
      <button type="button" className="link" aria-label={`Copy ${id}`} onClick={copy}>
        {said}
      </button>
    </>
  );
}
