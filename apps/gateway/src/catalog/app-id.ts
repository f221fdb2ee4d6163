import { APP_PREFIX, isUuid } from '#domain/ids.js';
import type { PipeTransform } from '@nestjs/common';
import { notFound } from '../http/path-ids.js';

export { formatAppId } from '#domain/ids.js';

/** Reads `app:<uuid>` into its uuid; null for anything else. */
export function parseAppId(id: string): string | null {
  const uuid = id.startsWith(APP_PREFIX) ? id.slice(APP_PREFIX.length) : '';
  return isUuid(uuid) ? uuid.toLowerCase() : null;
}

/** `@Param('id', AppIdPipe) uuid: string`; malformed: 404 `not_found`. */
export class AppIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    const uuid = parseAppId(id);
    if (uuid === null) throw notFound();
    return uuid;
  }
}
