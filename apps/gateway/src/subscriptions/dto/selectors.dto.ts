import { LIMITS } from '#domain/limits.js';
import type { SourceFilter, TopicFilter } from '#domain/subscription.js';
import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, Length, Matches } from 'class-validator';
import { Optional } from '../../http/fields.js';

const { max: maxNames } = LIMITS.namesPerSelector;
const { min: minChars, max: maxChars } = LIMITS.nameChars;

/** A list of names; absent or empty asks nothing. */
const Names = (description: string, example: string[]): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'array',
      items: { type: 'string', minLength: minChars, maxLength: maxChars },
      description,
      example,
      maxItems: maxNames,
    }),
    Optional(),
    IsArray(),
    ArrayMaxSize(maxNames),
    IsString({ each: true }),
    Length(minChars, maxChars, { each: true }),
  );

const Name = (description: string, example: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: String, description, example, minLength: minChars, maxLength: maxChars }),
    Optional(),
    IsString(),
    Length(minChars, maxChars),
  );

/** Events about a resource (Contensis topics): all members have to hold, one value of a list suffices. */
export class TopicFilterDto implements TopicFilter {
  @Name('Type of the resource.', 'entry')
  resourceType?: string;

  @Names('What happened to it.', ['updated', 'published'])
  event?: string[];

  @Names('Languages of the resource.', ['fr-fr'])
  language?: string[];

  @Names('Content types of the resource.', ['blog'])
  contentTypeId?: string[];

  @Name('Who owns the resource.', 't.durden')
  owner?: string;

  @Names('Ids of resources.', ['42'])
  id?: string[];

  @Names('Data formats of the resource.', ['entry'])
  dataFormat?: string[];

  @Names('Workflow events; they narrow `workflowEventRaised` only.', ['contensisEntryApproval.draft.submit'])
  workflowEvent?: string[];

  @Names('Workflow states; they narrow `workflowStateChanged` only.', ['contensisEntryApproval.awaitingApproval'])
  workflowState?: string[];
}

/** Events of a publisher's app (OS1). */
export class SourceFilterDto implements SourceFilter {
  @ApiPropertyOptional({
    type: String,
    description: 'The publishing app. It has to be registered, and the caller’s key has to hold the permissions it asks for.',
    example: 'app:3f2c1d4e-0b5a-7c8d-9e0f-1a2b3c4d5e6f',
    minLength: minChars,
    maxLength: maxChars,
  })
  @Optional()
  @IsString()
  @Length(minChars, maxChars)
  @Matches(/^app:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/, { message: 'An app is named app:<uuid>.' })
  app?: string;

  @Name('A topic of the app.', 'participant')
  topic?: string;

  @Names('Names of registered events; absent or empty: all.', ['UserCreated'])
  events?: string[];
}
