import { DomainError } from '#domain/errors.js';

/** SQLSTATE classes and node errors that mean "the database is away or has no room", for every caller alike. */
const AWAY = /^(08...|53[0123]..|57P0.|25006|XX000|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH)$/;
/** pg and its pool report these without a code. */
const NO_ANSWER = 'Query read timeout';
const AWAY_MESSAGES = ['Connection terminated', 'Client has encountered a connection error', NO_ANSWER];
/** pg's pool, when none of its connections became free in time. */
const POOL_EXHAUSTED = 'timeout exceeded when trying to connect';
/** A deadlock, and two transactions that cannot both be: the statement has done nothing, and the next try meets another moment. */
const OVERTAKEN = new Set(['40P01', '40001']);
const LOCK_NOT_HAD = '55P03';
const TOOK_TOO_LONG = '57014';
/** Text Postgres cannot hold although JSON can: the scanner refuses it first, this is the second net. */
const BAD_TEXT = new Set(['22021', '22P05', '22P02', '22003', '54000', '54001']);

const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const isAway = (error: unknown): boolean => {
  const code = codeOf(error);
  if (code !== undefined && AWAY.test(code)) return true;
  return error instanceof Error && AWAY_MESSAGES.some((message) => error.message.includes(message));
};

/** Whether Postgres broke the statement off for another transaction's sake. */
export const isOvertaken = (error: unknown): boolean => OVERTAKEN.has(codeOf(error) ?? '');

const isPoolExhausted = (error: unknown): boolean => error instanceof Error && error.message.includes(POOL_EXHAUSTED);

/** Whether the database refused because a constraint of this name stands against it (23505, 23503, 23514). */
export const violates = (error: unknown, constraint: string): boolean =>
  typeof error === 'object' && error !== null && 'constraint' in error && error.constraint === constraint;

/** What a statement failed of: `refused` when Postgres did not want it, anything else is how the database is. */
export type DatabaseFault = 'away' | 'no_connection' | 'timeout' | 'overtaken' | 'locked' | 'refused';

export function databaseFault(error: unknown): DatabaseFault {
  const code = codeOf(error);
  if (isPoolExhausted(error)) return 'no_connection';
  if (code === TOOK_TOO_LONG || (error instanceof Error && error.message.includes(NO_ANSWER))) return 'timeout';
  if (isAway(error)) return 'away';
  if (isOvertaken(error)) return 'overtaken';
  return code === LOCK_NOT_HAD ? 'locked' : 'refused';
}

/** Turns what pg throws into a refusal with a code where it is one; anything else is returned as it came. */
export function storageError(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  if (isAway(error))
    // A connection that breaks at the commit leaves open whether it happened.
    return new DomainError(
      'storage_unavailable',
      'The database cannot be reached right now. Repeat the request, with the same idempotency key.',
    );
  const code = codeOf(error);
  if (code === TOOK_TOO_LONG || isPoolExhausted(error))
    return new DomainError('overloaded', 'The database did not answer in time. Try again.');
  if (isOvertaken(error)) return new DomainError('overloaded', 'Too much is being changed at once right now. Try again.');
  if (code === LOCK_NOT_HAD) return new DomainError('busy', 'Somebody else is changing this right now. Try again.');
  if (code !== undefined && BAD_TEXT.has(code)) return new DomainError('invalid_value', 'A value cannot be stored.');
  return error;
}

/** Whether an error concerns the database as a whole rather than the row at hand. */
export const isSharedFault = (error: unknown): boolean => {
  const mapped = storageError(error);
  return mapped instanceof DomainError && (mapped.code === 'storage_unavailable' || mapped.code === 'overloaded');
};
