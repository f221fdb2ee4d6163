import { LIMITS } from '#domain/limits.js';
import type { Templates } from '#domain/subscription.js';
import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { Allow, ArrayMaxSize, IsArray, IsDefined, IsObject, IsString, ValidateNested } from 'class-validator';
import { AsParsed, Flag, Nested, OptionalOrNull, Text } from '../../../http/fields.js';
import { TopicFilterDto } from '../../../subscriptions/dto/selectors.dto.js';
import { SubscriptionInput } from '../../../subscriptions/dto/subscription-input.dto.js';

const map = { type: 'object', additionalProperties: true, nullable: true } as const;

/** A webhook subscription as Contensis' clients write it. Source: Contensis Management API, "Create a webhook subscription". */
export class WriteWebhook extends PickType(SubscriptionInput, ['name', 'description', 'method']) {
  @Text({
    about: 'Where to send; path and query may hold {/pointer} placeholders.',
    example: 'https://external.mywebsite.com/handlewebhooks/{/resource/sys.id}',
    max: LIMITS.urlBytes.max,
    optional: true,
  })
  url?: string;

  @Text({ about: 'An older name of url.', max: LIMITS.urlBytes.max, optional: true })
  invokeUrl?: string;

  @Flag({ about: 'Left out: a new subscription is on, and one that is replaced stays as it is.', example: true, optional: true })
  enabled?: boolean;

  @ApiProperty({
    type: () => [TopicFilterDto],
    maxItems: LIMITS.topicsPerSubscription.max,
    description: 'Events about resources; one topic that holds suffices. Each names its resource type.',
    example: [{ resourceType: 'entry', event: ['updated', 'created'], language: ['fr-fr'], contentTypeId: ['blog'], owner: 't.durden' }],
  })
  @IsDefined()
  @IsArray()
  @ArrayMaxSize(LIMITS.topicsPerSubscription.max)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => TopicFilterDto)
  topics!: TopicFilterDto[];

  @ApiPropertyOptional({
    ...map,
    description:
      'By name `{"value", "secret"}`. A value may hold placeholders, unless it is secret: that is sent as it is and never returned.',
    example: { department: { value: '{/resource/department}' }, authorization: { secret: true, value: 'Bearer …' } },
  })
  @OptionalOrNull()
  @AsParsed()
  @IsObject()
  headers?: Record<string, unknown> | null;

  @ApiPropertyOptional({
    ...map,
    description: 'Bodies by `<resourceType>.<contentTypeId>` or `<resourceType>`: an object or a string; an empty string is an empty body.',
    example: { entry: { event: '{/event/name}', id: '{/resource/sys/id}' }, contentType: '{/resource/}' },
  })
  @OptionalOrNull()
  @AsParsed()
  @IsObject()
  templates?: Templates | null;

  @Flag({ about: 'Kept and returned as it came.', optional: true })
  ui?: boolean;
}

/** Of what an answer says of versions only the number counts. */
class CurrentVersion {
  @ApiProperty({ type: String, description: 'The version that is replaced.', example: '1.0' })
  @IsDefined()
  @IsString()
  versionNo!: string;

  @Allow()
  createdBy?: unknown;

  @Allow()
  created?: unknown;

  @Allow()
  modifiedBy?: unknown;

  @Allow()
  modified?: unknown;
}

export class ReplaceWebhook extends WriteWebhook {
  @Text({ about: 'May be repeated; the path says which subscription it is.', max: LIMITS.nameChars.max, optional: true })
  id?: string;

  @Nested(() => CurrentVersion, { about: 'Has to be the current version.', example: { versionNo: '1.0' } })
  version!: CurrentVersion;
}
