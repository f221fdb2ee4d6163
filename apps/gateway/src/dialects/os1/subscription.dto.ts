import { LIMITS } from '#domain/limits.js';
import { ApiProperty } from '@nestjs/swagger';
import { NAME } from '../../catalog/name.pipe.js';
import { Flag, Nested, OneOf, Text, TextList } from '../../http/fields.js';
import { Os1Meta } from './page.js';
import { TOPICS } from './topic.pipe.js';

/** Events named in one request. Source: OS1, "Subscribing to Webhook Events": at most 20 at creation. */
const EVENTS_PER_REQUEST = 20;
const ID_CHARS = 64;
const SIGNATURE_KEY_CHARS = 512;
const ACTIONS = ['add', 'remove'] as const;

const URL_FIELD = { about: 'Where the events are sent.', example: 'https://erp.example.com/hooks', max: LIMITS.urlBytes.max } as const;

const SIGNATURE_KEY = {
  about: 'Base64 of the HMAC secret, of at least 16 bytes. It is never returned.',
  example: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  max: SIGNATURE_KEY_CHARS,
} as const;

const EVENTS = { example: ['UserCreated', 'UserUpdated'], maxItems: EVENTS_PER_REQUEST, optional: true, ...NAME } as const;

const EVENT_APP_ID = {
  about: 'The app whose events these are. Left out, it is the one app that has registered all of them under the topic.',
  example: 'app:dafee37d-7c50-4772-9725-8c8e2e598148',
  max: ID_CHARS,
  optional: true,
} as const;

const DESCRIPTION = { about: 'For people.', example: 'Users to ERP', max: LIMITS.descriptionChars.max, optional: true } as const;
const CUSTOM_ATTR = {
  about: 'Kept for the subscriber; custom attributes are delivered either way.',
  example: false,
  optional: true,
} as const;

export class WebhookDto {
  @Text(URL_FIELD)
  url!: string;

  @Text(SIGNATURE_KEY)
  signatureKey!: string;
}

export class WebhookChangeDto {
  @Text({ ...URL_FIELD, optional: true })
  url?: string;

  @Text({ ...SIGNATURE_KEY, optional: true })
  signatureKey?: string;
}

export class CreateOs1SubscriptionDto {
  @Text(DESCRIPTION)
  description?: string;

  @OneOf({ about: 'The topic.', example: 'participant', values: TOPICS })
  topic!: string;

  @TextList({ about: 'Names of registered events. Without any, nothing is sent until some are added.', ...EVENTS })
  events?: string[];

  @Text(EVENT_APP_ID)
  eventAppId?: string;

  @Flag({ about: 'Whether events are sent; true unless said otherwise.', example: true, optional: true })
  isActive?: boolean;

  @Flag(CUSTOM_ATTR)
  customAttr?: boolean;

  @Nested(() => WebhookDto, { about: 'The endpoint.' })
  webhook!: WebhookDto;
}

export class UpdateOs1SubscriptionDto {
  @OneOf({
    about: 'With `events`: they are added or removed. Left out, they replace those there are.',
    example: 'remove',
    values: ACTIONS,
    optional: true,
  })
  action?: (typeof ACTIONS)[number];

  @TextList({ about: 'Names of registered events.', ...EVENTS })
  events?: string[];

  @Text(DESCRIPTION)
  description?: string;

  @OneOf({ about: 'Another topic; its events are named with it.', example: 'participant', values: TOPICS, optional: true })
  topic?: string;

  @Text(EVENT_APP_ID)
  eventAppId?: string;

  @Flag({ about: 'Whether events are sent.', example: true, optional: true })
  isActive?: boolean;

  @Flag(CUSTOM_ATTR)
  customAttr?: boolean;

  @Nested(() => WebhookChangeDto, { about: 'The endpoint.', optional: true })
  webhook?: WebhookChangeDto;
}

export class Os1SubscriptionItemDto {
  @ApiProperty({ type: String, description: 'Its id.', format: 'uuid', example: '019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f' })
  id!: string;

  @ApiProperty({ type: String, description: 'For people.', nullable: true, example: 'Users to ERP' })
  description!: string | null;

  @ApiProperty({ type: String, description: 'The topic.', nullable: true, example: 'participant' })
  topic!: string | null;

  @ApiProperty({
    type: String,
    description: 'The app whose events they are.',
    nullable: true,
    example: 'app:dafee37d-7c50-4772-9725-8c8e2e598148',
  })
  eventAppId!: string | null;

  @ApiProperty({ type: Boolean, description: 'Whether events are sent.', example: true })
  isActive!: boolean;

  @ApiProperty({ type: Boolean, description: 'As it was given.', example: false })
  customAttr!: boolean;
}

class WebhookUrlDto {
  @ApiProperty({ type: String, description: 'Where the events are sent.', example: 'https://erp.example.com/hooks' })
  url!: string;
}

export class Os1SubscriptionDto extends Os1SubscriptionItemDto {
  @ApiProperty({ type: [String], description: 'Names of events.', example: ['UserCreated'] })
  events!: string[];

  @ApiProperty({ type: WebhookUrlDto, description: 'The endpoint, without its key.' })
  webhook!: WebhookUrlDto;
}

class Os1SubscriptionsPageDto {
  @ApiProperty({ type: [Os1SubscriptionItemDto], description: 'Newest first.' })
  subscriptions!: Os1SubscriptionItemDto[];

  @ApiProperty({ type: Os1Meta, description: 'Where to go on.' })
  meta!: Os1Meta;
}

export class Os1SubscriptionAnswer {
  @ApiProperty({ type: Os1SubscriptionDto, description: 'The subscription.' })
  data!: Os1SubscriptionDto;
}

export class Os1SubscriptionsAnswer {
  @ApiProperty({ type: Os1SubscriptionsPageDto, description: 'One page of subscriptions.' })
  data!: Os1SubscriptionsPageDto;
}
