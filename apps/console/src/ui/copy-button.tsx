import { useState } from 'react';

/** Puts a text on the clipboard and says whether that worked. */
export function CopyButton({ text, children }: { text: string; children: string }) {
  const [said, setSaid] = useState('');
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied.'),
      () => setSaid('The browser does not allow copying here.'),
    );
  };
  return (
    <p className="actions">
      <button type="button" onClick={copy}>
        {children}
      </button>
      <span role="status">{said}</span>
    </p>
  );
}
