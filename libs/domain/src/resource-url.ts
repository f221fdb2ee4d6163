import { LIMITS } from './limits.js';
import { hasDotSegment } from './template/dot-segments.js';

/** A resource by its type and its key, as publish-event names it. */
export interface ResourceName {
  resourceType: string;
  resourceId: string;
}

const PLACEHOLDER = /\{[^{}]*\}/g;
/** What asks for the type; any other placeholder is a key, whatever its publisher calls it (`{userId}`, `{/resource/id}`). */
const TYPE = new Set(['{type}', '{model}', '{/resource/type}']);

/**
 * Where a registered app serves a resource: its base url with `getApiPath`, whose placeholders are filled, percent-encoded, with the
 * resource's key (`{userId}`) or its type (`{type}`, `{model}`). Null where they do not say where this one resource is: no placeholder for
 * its key, keys of two kinds, a key that would move the path, or a url that grows too long.
 */
export function resourceUrl(baseUrl: string, getApiPath: string, { resourceType, resourceId }: ResourceName): string | null {
  const keys = new Set((getApiPath.match(PLACEHOLDER) ?? []).filter((placeholder) => !TYPE.has(placeholder)));
  if (keys.size !== 1 || !resourceId.isWellFormed() || !resourceType.isWellFormed()) return null;
  const path = getApiPath.replace(PLACEHOLDER, (placeholder) => encodeURIComponent(TYPE.has(placeholder) ? resourceType : resourceId));
  const url = `${baseUrl.replace(/\/+$/, '')}${path}`;
  const isSound = URL.canParse(url) && new URL(url).origin === new URL(baseUrl).origin && !hasDotSegment(url);
  return isSound && Buffer.byteLength(url) <= LIMITS.urlBytes.max ? url : null;
}
