import { isUuid, parseId, uuidOf } from '#domain/ids.js';
import type { PipeTransform } from '@nestjs/common';
import { notFound } from '../http/path-ids.js';

/** Reads `sub_01J…`, a uuid or a bare ULID into the subscription's uuid; null for anything else. */
export function subscriptionUuid(id: string): string | null {
  return isUuid(id) ? id.toLowerCase() : (parseId('sub', id) ?? uuidOf(id));
}

/** `@Param('id', PathSubscription) uuid: string`. What is no id is not found. */
export class PathSubscription implements PipeTransform<string, string> {
  transform(id: string): string {
    const uuid = subscriptionUuid(id);
    if (uuid === null) throw notFound();
    return uuid;
  }
}
