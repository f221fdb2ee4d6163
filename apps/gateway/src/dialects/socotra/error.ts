import type { FieldError } from '#domain/errors.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ErrorEnvelope } from '../../http/error-envelopes.js';

/** Body of every refusal. Socotra publishes no shape of its own; this one holds what the native API says. */
export class SocotraError {
  @ApiProperty({ type: String, description: 'A stable code.', example: 'invalid_value' }) error!: string;
  @ApiProperty({ type: String, description: 'For people.', example: 'attempts must not be greater than 10' }) message!: string;
  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'object', additionalProperties: { type: 'string' } },
    description: 'Each faulty member by its JSON Pointer.',
    example: [{ path: '/failureHandling/retryStrategy/attempts', code: 'out_of_range', message: 'attempts must not be greater than 10' }],
  })
  details?: FieldError[];
  @ApiProperty({ type: String, description: 'Names the request in our log.', example: 'req_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  requestId!: string;
}

/** Members that the core knows under other names, by where they begin. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['/url', '/endpoint/url'],
  ['/headers', '/endpoint/headers'],
  ['/secret', '/endpoint/secret'],
  ['/signature/tag', '/endpoint/tag'],
  ['/failureHandling/retry/', '/failureHandling/retryStrategy/'],
];

function rename(fault: FieldError): FieldError {
  const [from, to] = RENAMED.find(([prefix]) => fault.path.startsWith(prefix)) ?? ['', ''];
  return { ...fault, path: to + fault.path.slice(from.length) };
}

/** Socotra has no 422: what is not valid is a bad request. */
export const socotraEnvelope: ErrorEnvelope = ({ status, code, detail, errors = [], requestId }) => ({
  status: status === 422 ? 400 : status,
  contentType: 'application/json; charset=utf-8',
  body: { error: code, message: detail, ...(errors.length > 0 ? { details: errors.map(rename) } : {}), requestId } satisfies SocotraError,
});
