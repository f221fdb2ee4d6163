import type { ReactNode } from 'react';
import { Problem } from '../api/client';

/** Something is on its way. Told to screen readers, too. */
export const Loading = ({ what }: { what: string }) => (
  <p className="state" role="status">
    Loading {what} …
  </p>
);

/** There is nothing to show, and what can be done about it. */
export const Empty = ({ children }: { children: ReactNode }) => <div className="state">{children}</div>;

/** What went wrong, in the API's own words, with its code to search the documentation for. */
export function ErrorNote({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const fields = error instanceof Problem ? error.fields : [];
  return (
    <div className="error-note" role="alert">
      <p>
        {error.message} {error instanceof Problem && <code>{error.code}</code>}
      </p>
      {fields.length > 0 && (
        <ul>
          {fields.map(({ path, message }) => (
            <li key={path + message}>
              <code>{path || '/'}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {onRetry && <button onClick={onRetry}>Try again</button>}
    </div>
  );
}
