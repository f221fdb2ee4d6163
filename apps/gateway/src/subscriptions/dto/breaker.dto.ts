import type { BreakerRow } from '#store/breaker.store.js';
import { ApiProperty } from '@nestjs/swagger';

const STATES = ['closed', 'open', 'half_open'] as const;

/** A subscription's circuit breaker. */
export class BreakerDto {
  @ApiProperty({
    type: String,
    enum: STATES,
    description:
      '`closed`: deliveries go out. `open`: most of them failed, so they are held. `half_open`: one of them goes out as a probe.',
    example: 'closed',
  })
  state!: (typeof STATES)[number];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it opened; null while it is closed.',
    example: null,
  })
  since!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the next probe may go out; null while it is closed or a probe is under way.',
    example: null,
  })
  nextProbeAt!: string | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'How often in a row it has opened: 1, and 1 more for each probe that failed.',
    example: 0,
  })
  trips!: number;
}

export const toBreakerDto = ({ state, since, nextProbeAt, trips }: BreakerRow): BreakerDto => ({
  state,
  since: since?.toISOString() ?? null,
  nextProbeAt: nextProbeAt?.toISOString() ?? null,
  trips,
});
