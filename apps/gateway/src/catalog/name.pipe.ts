import { LIMITS } from '#domain/limits.js';
import type { PipeTransform } from '@nestjs/common';
import { notFound } from '../http/path-ids.js';

/** What a topic and the name of an event type may be. Source: OS1, "Subscribing to Webhook Events", `topic`. */
export const NAME = { pattern: /^[a-zA-Z0-9._-]+$/, max: LIMITS.catalogNameChars.max };

/** A topic or an event type's name in a path. There can be nothing under any other text: 404 `not_found`. */
export class NamePipe implements PipeTransform<string, string> {
  transform(name: string): string {
    if (name.length > NAME.max || !NAME.pattern.test(name)) throw notFound();
    return name;
  }
}
