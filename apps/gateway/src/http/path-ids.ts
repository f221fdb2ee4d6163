import { DomainError } from '#domain/errors.js';
import { type IdPrefix, isUuid, parseId } from '#domain/ids.js';
import type { PipeTransform } from '@nestjs/common';

/** Whatever was asked for is not there, or is not the caller's: both read the same. */
export const notFound = (): DomainError => new DomainError('not_found', 'There is nothing under this id.');

/** Reads `sub_01J…` of a path into its uuid. Malformed: 404 `not_found`, the same as an id that nobody has. */
function pathId(prefix: IdPrefix, id: string): string {
  const uuid = parseId(prefix, id);
  if (uuid === null) throw notFound();
  return uuid;
}

/** The same for a resource that may also be named by its bare uuid. */
export function pathIdOrUuid(prefix: IdPrefix, id: string): string {
  return isUuid(id) ? id.toLowerCase() : pathId(prefix, id);
}

/** `@Param('id', new PathIdPipe('sub')) uuid: string` */
export class PathIdPipe implements PipeTransform<string, string> {
  constructor(private readonly prefix: IdPrefix) {}

  transform(id: string): string {
    return pathId(this.prefix, id);
  }
}
