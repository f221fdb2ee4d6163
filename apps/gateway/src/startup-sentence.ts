import { SettingsError } from '#config/settings.js';
import { DomainError } from '#domain/errors.js';
import { storageError } from '#store/storage-error.js';

const isListenError = (error: unknown): error is NodeJS.ErrnoException & { port?: number } =>
  error instanceof Error && 'syscall' in error && error.syscall === 'listen';

/** SQLSTATE 42P01. */
const isMissingTable = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '42P01';

/** What to tell whoever starts the process with settings or on a port that will not do; null for a failure of another kind. */
export function startupSentence(error: unknown): string | null {
  const known = storageError(error);
  if (known instanceof SettingsError || known instanceof DomainError) return known.message;
  if (isMissingTable(error)) return 'The database lacks tables of this release: run the migration first.';
  if (!isListenError(error)) return null;
  if (error.code === 'EADDRINUSE') return `Port ${error.port} is taken by another process; set PORT or METRICS_PORT to a free one.`;
  if (error.code === 'EACCES') return `Port ${error.port} may not be listened on by this user; set PORT or METRICS_PORT to one above 1023.`;
  return `Cannot listen: ${error.code}.`;
}
