import { invalidField } from '#domain/errors.js';
import { uuidOf } from '#domain/ids.js';
import type { SocotraProfile } from '#domain/tenant.js';
import { notFound } from '../../http/path-ids.js';

/**
 * Reads a locator of a path into its uuid. Insurance Suite's are ULIDs and anything else is a mistake (`invalid_id`); Enterprise Core
 * says nothing of their form, so what is none is an unknown one (`not_found`).
 */
export function readLocator(profile: SocotraProfile, locator: string, path: string): string {
  const uuid = uuidOf(locator.toUpperCase());
  if (uuid !== null) return uuid;
  throw profile === 'insuranceSuite' ? invalidField(path, 'invalid_id', 'A locator is a ULID.') : notFound();
}
