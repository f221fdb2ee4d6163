import { isUuid } from '#domain/ids.js';
import type { PipeTransform } from '@nestjs/common';
import { notFound } from '../http/path-ids.js';

const PREFIX = 'app:';

/** An app's public id, `app:<uuid>`. Source: OS1, "Publishing Webhook Events", createAppConfig response. */
export const formatAppId = (uuid: string): string => `${PREFIX}${uuid}`;

/** Reads `app:<uuid>` into its uuid; null for anything else. */
export function parseAppId(id: string): string | null {
  const uuid = id.startsWith(PREFIX) ? id.slice(PREFIX.length) : '';
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
