import { isUtf8 } from 'node:buffer';
import { LIMITS } from '#domain/limits.js';
import type { SentBody } from '#domain/render-request.js';
import { ApiProperty } from '@nestjs/swagger';

/** The body of a delivery's requests, all of it: what is rendered has a limit of its own. */
export class DeliveryBodyDto {
  @ApiProperty({ description: 'Whether a request has carried it. If not, it is what the next one will.', example: true })
  sent!: boolean;

  @ApiProperty({
    description: 'Its content type; of what was sent in the default shape, as the subscription has it today.',
    example: 'application/json',
  })
  contentType!: string;

  @ApiProperty({ description: `How long it is; at most ${LIMITS.renderedBytes.max}.`, example: 13 })
  bytes!: number;

  @ApiProperty({
    enum: ['utf8', 'base64'],
    description: 'How `body` stands for the bytes: base64 where they are no UTF-8, or hold a zero.',
    example: 'utf8',
  })
  encoding!: 'utf8' | 'base64';

  @ApiProperty({ description: 'The bytes.', example: '{"orderId":42}' })
  body!: string;
}

/** A zero is valid UTF-8, but no text that a shell or a page can hold. */
export function toDeliveryBodyDto({ body, contentType }: SentBody, sent: boolean): DeliveryBodyDto {
  const encoding = isUtf8(body) && !body.includes(0) ? 'utf8' : 'base64';
  return { sent, contentType, bytes: body.length, encoding, body: body.toString(encoding) };
}
