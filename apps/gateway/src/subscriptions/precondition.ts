import { DomainError } from '#domain/errors.js';
import { versionText } from './to-native.js';

/** Whether a change may be made to this version. */
export type Precondition = (versionNo: number) => boolean;

/** A subscription's entity tag. */
export const entityTag = (versionNo: number): string => `"${versionNo}"`;

/**
 * What `If-Match` and the body's `version.versionNo` ask of the stored version; both have to hold. null when neither was given.
 * `*` is any version; a weak tag never matches (RFC 9110, 13.1.1).
 */
export function readPrecondition(ifMatch: string | undefined, versionNo: string | undefined): Precondition | null {
  if (ifMatch === undefined && versionNo === undefined) return null;
  const tags = ifMatch?.split(',').map((tag) => tag.trim());
  return (stored) =>
    (!tags || tags.includes('*') || tags.includes(entityTag(stored))) && (versionNo === undefined || versionNo === versionText(stored));
}

export const requirePrecondition = (precondition: Precondition | null): Precondition => {
  if (precondition === null) {
    throw new DomainError(
      'precondition_required',
      'Say which version is replaced: If-Match with its ETag, or version.versionNo in the body.',
    );
  }
  return precondition;
};

export const staleVersion = (versionNo: number): DomainError =>
  new DomainError('stale_version', `The subscription is at version ${versionText(versionNo)} by now.`);
