import { DomainError } from '#domain/errors.js';
import { isSharedFault, storageError, violates } from './storage-error.js';

const pgError = (code: string, message = 'secret words of the database'): Error => Object.assign(new Error(message), { code });

const codeFor = (error: unknown): string | undefined => {
  const known = storageError(error);
  return known instanceof DomainError ? known.code : undefined;
};

describe('what the database says', () => {
  it.each(['08006', '25006', '53100', '53200', '53300', '57P01', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE'])(
    '%s means that it is away, for everybody alike',
    (code) => {
      expect(codeFor(pgError(code))).toBe('storage_unavailable');
      expect(isSharedFault(pgError(code))).toBe(true);
    },
  );

  it.each(['Connection terminated unexpectedly', 'Query read timeout'])('"%s" without a code means that it is away, too', (message) => {
    expect(codeFor(new Error(message))).toBe('storage_unavailable');
    expect(isSharedFault(new Error(message))).toBe(true);
  });

  it.each(['22021', '22P05', '22P02', '22003', '54000', '54001'])(
    '%s is a value that cannot be stored, and nobody else’s concern',
    (code) => {
      expect(codeFor(pgError(code))).toBe('invalid_value');
      expect(isSharedFault(pgError(code))).toBe(false);
    },
  );

  it('tells too much at once, for everybody, from a lock that one statement did not have', () => {
    for (const error of [pgError('57014'), pgError('40P01'), pgError('40001'), new Error('timeout exceeded when trying to connect')]) {
      expect(codeFor(error)).toBe('overloaded');
      expect(isSharedFault(error)).toBe(true);
    }
    expect(codeFor(pgError('55P03'))).toBe('busy');
    // Of a batch each item is worth a try of its own.
    expect(isSharedFault(pgError('55P03'))).toBe(false);
  });

  it('never repeats the database’s own words', () => {
    for (const code of ['08006', '57014', '55P03', '22021']) expect(String(storageError(pgError(code)))).not.toContain('secret words');
  });

  it('leaves a refusal and a defect as they came', () => {
    const refusal = new DomainError('not_found', 'x');
    const defect = pgError('42601');
    expect(storageError(refusal)).toBe(refusal);
    expect(storageError(defect)).toBe(defect);
    expect(storageError('text')).toBe('text');
    expect(isSharedFault(defect)).toBe(false);
  });

  it('knows a constraint by its name', () => {
    expect(violates({ constraint: 'tenants_slug_key' }, 'tenants_slug_key')).toBe(true);
    expect(violates({ constraint: 'other' }, 'tenants_slug_key')).toBe(false);
    expect(violates(undefined, 'tenants_slug_key')).toBe(false);
  });
});
