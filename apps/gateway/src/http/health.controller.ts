import { Health, type HealthReport } from '#observability/health.js';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/requires.decorator.js';
import { HealthDto } from './health.dto.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('live')
  @Public()
  @ApiOperation({ summary: 'Whether the process lives' })
  @ApiOkResponse({ type: HealthDto })
  async live(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthDto> {
    return answer(reply, await this.health.live());
  }

  @Get('ready')
  @Public()
  @ApiOperation({ summary: 'Whether it can take requests', description: 'It can without the queue, not without the database.' })
  @ApiOkResponse({ type: HealthDto })
  @ApiServiceUnavailableResponse({ type: HealthDto })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthDto> {
    return answer(reply, await this.health.ready());
  }
}

function answer(reply: FastifyReply, { isHealthy, checks }: HealthReport): HealthDto {
  if (!isHealthy) void reply.status(503);
  return { status: isHealthy ? 'ok' : 'unavailable', checks };
}
