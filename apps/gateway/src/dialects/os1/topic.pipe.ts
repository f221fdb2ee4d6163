import { invalidField } from '#domain/errors.js';
import type { PipeTransform } from '@nestjs/common';

/** Whose events there are. Source: OS1, "Publishing Webhook Events", path parameter `topic`. */
export const TOPICS = ['participant', 'entity', 'container'] as const;

/** `@Param('topic', TopicPipe)`; throws `invalid_value` for any other. */
export class TopicPipe implements PipeTransform<string, string> {
  transform(topic: string): string {
    if ((TOPICS as readonly string[]).includes(topic)) return topic;
    throw invalidField('/topic', 'invalid_value', `A topic is one of ${TOPICS.join(', ')}.`);
  }
}
