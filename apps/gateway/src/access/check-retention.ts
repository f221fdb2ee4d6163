import type { Settings } from '#config/settings.js';
import { invalid } from '#domain/errors.js';
import { checkRetention, type TenantRetention } from '#domain/retention.js';

/** Throws DomainError with the faulty members of a retention that nothing would obey. */
export function requireRetention(retention: TenantRetention | undefined, { RETENTION_DAYS }: Settings): void {
  const faults = retention === undefined ? [] : checkRetention(retention, RETENTION_DAYS);
  if (faults.length > 0) throw invalid(faults, faults[0]?.code);
}
