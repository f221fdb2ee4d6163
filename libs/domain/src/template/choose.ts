import type { Templates } from '../subscription.js';

/**
 * Picks the body template of an event: `<resourceType>.<contentTypeId>`, then `<resourceType>`, then `*`. Names compare without case,
 * an exact spelling winning; own properties only. Undefined when none applies and the default body is due.
 *
 * A resource type may itself hold a dot (`comment.entry`): its template is found as such, whether or not there is a content type.
 */
export function chooseTemplate(templates: Templates, resourceType: string | null, contentTypeId: string | null): unknown {
  for (const name of namesToTry(resourceType, contentTypeId)) {
    const key = Object.hasOwn(templates, name) ? name : findKey(templates, name);
    if (key !== undefined) return templates[key];
  }
  return undefined;
}

function namesToTry(resourceType: string | null, contentTypeId: string | null): string[] {
  if (!resourceType) return ['*'];
  return contentTypeId ? [`${resourceType}.${contentTypeId}`, resourceType, '*'] : [resourceType, '*'];
}

function findKey(templates: Templates, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.keys(templates).find((key) => key.toLowerCase() === wanted);
}
