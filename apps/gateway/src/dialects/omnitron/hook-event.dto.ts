import { ApiProperty } from '@nestjs/swagger';
import type { DeliveryReport } from '../../deliveries/delivery-reports.service.js';
import { HookDto } from './hook.dto.js';

/** One event for one hook, as the OMS shows it. */
export class HookEventDto {
  @ApiProperty({ example: 3 }) id!: number;
  @ApiProperty({ type: HookDto }) webhook!: HookDto;
  @ApiProperty({ format: 'date-time', example: '2026-11-21T08:12:18.793Z' }) created_date!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-21T08:12:19.101Z' }) modified_date!: string;
  @ApiProperty({ format: 'uuid', example: 'd2a839f0-09cc-4755-a731-081d4cc1330a' }) uuid!: string;
  @ApiProperty({
    type: Object,
    nullable: true,
    description: 'The body that was or will be sent; its text where it is no JSON.',
    example: { event: { type: 'package.created', uuid: 'd2a839f009cc4755a731081d4cc1330a' }, payload: {} },
  })
  request_payload!: unknown;
  @ApiProperty({ type: String, nullable: true, description: 'What the last attempt was answered, or why it was not.', example: 'false' })
  response_content!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: '500 where there was no answer.', example: 200 })
  response_http_status!: number | null;
  @ApiProperty({ example: true }) delivered!: boolean;
  @ApiProperty({ type: [String], description: 'The newest hundred attempts, newest first.', example: ['2026-11-21T08:12:19.001Z'] })
  request_datetimes!: string[];
  @ApiProperty({ description: 'Attempts made.', example: 1 }) retry_count!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'Id of the resource; a text where it is no number.', example: 1 })
  object_id!: number | string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Type of the resource.', example: 'package' }) content_type!: string | null;
}

/** The OMS's own status for an attempt that brought no answer. */
export const NO_ANSWER = 500;

const isDelivered = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

export function toHookEvent({ delivery, body, history }: DeliveryReport, webhook: HookDto): HookEventDto {
  const { lastStatus, lastError, createdAt, endedAt } = delivery;
  const changes = [createdAt, endedAt, history.startedAt[0]].flatMap((date) => (date ? [date.getTime()] : []));
  return {
    id: Number(delivery.number),
    webhook,
    created_date: createdAt.toISOString(),
    modified_date: new Date(Math.max(...changes)).toISOString(),
    uuid: delivery.id,
    request_payload: body && parsed(body.toString('utf8')),
    response_content: contentOf(history),
    response_http_status: lastStatus ?? (lastError === null ? null : NO_ANSWER),
    delivered: isDelivered(lastStatus),
    request_datetimes: history.startedAt.map((date) => date.toISOString()),
    retry_count: delivery.attemptCount,
    object_id: objectId(delivery.resourceId),
    content_type: delivery.resourceType,
  };
}

function contentOf({ last }: DeliveryReport['history']): string | null {
  if (!last) return null;
  return last.errorMessage ?? last.responseBody?.toString('utf8') ?? '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The OMS numbers its objects; other publishers may not, and no digit may be lost. */
function objectId(id: string | null): number | string | null {
  const isWhole = id !== null && /^(0|-?[1-9]\d*)$/.test(id) && Number.isSafeInteger(Number(id));
  return isWhole ? Number(id) : id;
}
