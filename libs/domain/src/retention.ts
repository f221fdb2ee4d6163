import type { FieldError } from './errors.js';

/** How long a tenant's events are kept, where that is shorter than the deployment keeps them. Whole days since their last delivery ended. */
export interface TenantRetention {
  /** Events whose deliveries have all been delivered, and those that nobody wanted. Absent: as long as the deployment keeps them. */
  days?: number;
  /** Events of which a delivery ended in any other way: they may be looked at, and sent again, for longer. Absent: `days`. */
  failedDays?: number;
}

const PATH = '/settings/retention';

/**
 * Faults that a retention's members have with one another, and with what the deployment keeps: its days are dropped whole, so nobody's
 * retention can be longer.
 */
export function checkRetention({ days, failedDays }: TenantRetention, deploymentDays: number): FieldError[] {
  if (days === undefined) {
    if (failedDays === undefined) return [];
    return [{ path: `${PATH}/days`, code: 'required', message: '`failedDays` goes with `days`.' }];
  }
  const faults: FieldError[] = Object.entries({ days, failedDays })
    .filter(([, value]) => value !== undefined && value > deploymentDays)
    .map(([name]) => ({
      path: `${PATH}/${name}`,
      code: 'retention_too_long',
      message: `Nothing is kept for more than ${deploymentDays} days.`,
    }));
  if (failedDays !== undefined && failedDays < days)
    faults.push({ path: `${PATH}/failedDays`, code: 'retention_order', message: '`failedDays` is at least `days`.' });
  return faults;
}
