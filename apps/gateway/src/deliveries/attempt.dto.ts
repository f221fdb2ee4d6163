import { ATTEMPT_TRIGGERS, type AttemptTrigger } from '#domain/delivery.js';
import { formatId } from '#domain/ids.js';
import type { Timings } from '#domain/send-result.js';
import type { AttemptRow } from '#store/attempt.store.js';
import { ApiProperty } from '@nestjs/swagger';

type HeaderMap = Record<string, string | string[]>;

/** How long a phase of dialling took. */
const Took = (about: string, example: number) =>
  ApiProperty({ type: Number, nullable: true, description: `Milliseconds that it took: ${about}`, example });
/** When something was, seen from the start of the request. */
const Since = (about: string, example: number) =>
  ApiProperty({ type: Number, nullable: true, description: `Milliseconds from the start of the request: ${about}`, example });

/** Where the time of one request went; null for what did not take place. Without a connection there is `totalMs` alone. */
class TimingsDto {
  @Took('looking the name up. null over a kept connection, for an address, and through a proxy, which looks it up itself.', 1)
  dnsMs!: number | null;

  @Took('connecting, through a proxy until its tunnel stands. null over a kept connection.', 2)
  connectMs!: number | null;

  @Took('the TLS handshake. null over a kept connection and over plain HTTP.', 9)
  tlsMs!: number | null;

  @Since('the answer’s status and headers were there. null without an answer.', 28)
  firstByteMs!: number | null;

  @Since('the answer was read, or the attempt was given up.', 31)
  totalMs!: number | null;
}

class SentRequestDto {
  @ApiProperty({ example: 'POST' }) method!: string;
  @ApiProperty({ example: 'https://erp.example.com/hooks/42' }) url!: string;
  @ApiProperty({ type: Object, description: 'Secret values are masked.', example: { Authorization: '***' } }) headers!: HeaderMap;
}

class AnswerDto {
  @ApiProperty({ example: 503 }) status!: number;
  @ApiProperty({ type: Object, example: { 'retry-after': '120' } }) headers!: HeaderMap;
  @ApiProperty({ description: 'The first bytes of the body as text; what is not UTF-8 shows as U+FFFD.', example: 'busy' }) body!: string;
  @ApiProperty({ description: 'Whether there was more.', example: false }) truncated!: boolean;
}

class AttemptErrorDto {
  @ApiProperty({ example: 'timeout_total' }) code!: string;
  @ApiProperty({ example: 'The endpoint did not answer in time.' }) message!: string;
}

/** One request and what came of it. */
export class AttemptDto {
  @ApiProperty({ example: 'att_01KAK3J0V1QH6E6T2C0X8ZC3VB' }) id!: string;
  @ApiProperty({ description: 'Counts from 1.', example: 2 }) number!: number;
  @ApiProperty({ enum: ATTEMPT_TRIGGERS, example: 'schedule' }) trigger!: AttemptTrigger;
  @ApiProperty({ enum: ['delivered', 'retry', 'failed', 'diverted', 'refused', 'interrupted', 'late'], example: 'retry' }) outcome!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-21T10:00:05.000Z' }) startedAt!: string;
  @ApiProperty({ type: Number, nullable: true, example: 31 }) durationMs!: number | null;
  @ApiProperty({ type: TimingsDto }) timings!: Timings;
  @ApiProperty({ type: SentRequestDto, nullable: true, description: 'null when there was nothing to send.' })
  request!: SentRequestDto | null;
  @ApiProperty({ type: AnswerDto, nullable: true }) response!: AnswerDto | null;
  @ApiProperty({ type: AttemptErrorDto, nullable: true }) error!: AttemptErrorDto | null;
}

export const toAttemptDto = (row: AttemptRow): AttemptDto => {
  const { dnsMs = null, connectMs = null, tlsMs = null, firstByteMs = null, totalMs = null } = row.timings;
  return {
    id: formatId('att', row.id),
    number: row.number,
    trigger: row.trigger,
    outcome: row.outcome,
    startedAt: row.startedAt.toISOString(),
    durationMs: totalMs,
    timings: { dnsMs, connectMs, tlsMs, firstByteMs, totalMs },
    request: row.url === null ? null : { method: row.method ?? '', url: row.url, headers: row.requestHeaders ?? {} },
    response:
      row.status === null
        ? null
        : {
            status: row.status,
            headers: row.responseHeaders ?? {},
            body: row.responseBody?.toString('utf8') ?? '',
            truncated: row.responseTruncated,
          },
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
  };
};
