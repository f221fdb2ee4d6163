import { applyDecorators, Controller } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { CredentialFrom } from '../../access/credential.js';
import { tokenKey } from './access.js';

/** Where everything of the OMS's is. Source: Akinon OMS, "Webhook Event Services". */
export const OMNITRON_PATH = 'api/v1/oms';

/** A refusal without fields. */
class DetailDto {
  @ApiProperty({ example: 'Not found.' }) detail!: string;
}

/** One of the vendor's own refusals. */
class CodedDto {
  @ApiProperty({ example: 'webhook_100_2' }) code!: string;
  @ApiProperty({ example: 'Webhook already registered' }) en!: string;
}

const fields = { type: 'object', additionalProperties: true, example: { target_url: ['This field is required.'] } };
const detail = { $ref: getSchemaPath(DetailDto) };
const coded = { $ref: getSchemaPath(CodedDto) };

const REFUSALS: [number, string, object][] = [
  [400, 'The request is not valid: its faulty fields, or `detail`.', { anyOf: [fields, detail] }],
  [401, 'No valid API key.', detail],
  [403, 'The key does not hold the permission.', detail],
  [404, 'Not there, or another user’s.', { anyOf: [detail, coded] }],
  [406, '`webhook_100_2` or `event_100_6`.', coded],
  [409, 'At odds with what is stored; the hook is inactive.', detail],
  [415, 'The body is neither JSON nor a form.', detail],
  [503, 'Not right now. Try again after Retry-After.', detail],
];

/** A controller of the OMS's API under `path`: its key, its refusals, its place in the documentation. */
export const OmnitronController = (path: string): ClassDecorator =>
  applyDecorators(
    Controller(`${OMNITRON_PATH}/${path}`),
    CredentialFrom(tokenKey),
    ApiTags('Omnitron'),
    ApiExtraModels(DetailDto, CodedDto),
    ...REFUSALS.map(([status, description, schema]) => ApiResponse({ status, description, schema })),
  );
