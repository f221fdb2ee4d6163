import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiGoneResponse, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { ApiPage, ApiSearchPage } from '../http/api-page.decorator.js';
import { type Page, PageQuery, type SearchPage } from '../http/page.js';
import { pathIdOrUuid } from '../http/path-ids.js';
import { ProblemDto } from '../http/problem.dto.js';
import { AttemptDto } from './attempt.dto.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryBodiesService } from './delivery-bodies.service.js';
import { DeliveryBodyDto } from './delivery-body.dto.js';
import { DeliveryDto, toDeliveryDto } from './delivery.dto.js';
import { DeliveriesQuery } from './list-queries.js';

@ApiTags('deliveries')
@Controller('v1/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly bodies: DeliveryBodiesService,
  ) {}

  @Get()
  @Requires('deliveries:list')
  @ApiOperation({ summary: 'List deliveries', description: 'Newest first.' })
  @ApiSearchPage(DeliveryDto)
  list(@TenantId() tenantId: string, @Query() query: DeliveriesQuery): Promise<SearchPage<DeliveryDto>> {
    return this.deliveries.list(tenantId, '/v1/deliveries', query);
  }

  @Get(':id')
  @Requires('deliveries:read')
  @ApiOperation({ summary: 'Get a delivery', description: 'By its id or its uuid.' })
  @ApiOkResponse({ type: DeliveryDto })
  async get(@TenantId() tenantId: string, @Param('id') id: string): Promise<DeliveryDto> {
    return toDeliveryDto(await this.deliveries.find(tenantId, pathIdOrUuid('dlv', id)));
  }

  @Get(':id/attempts')
  @Requires('deliveries:read')
  @ApiOperation({ summary: 'List the attempts of a delivery', description: 'Newest first.' })
  @ApiPage(AttemptDto)
  attempts(@TenantId() tenantId: string, @Param('id') id: string, @Query() { limit, cursor }: PageQuery): Promise<Page<AttemptDto>> {
    return this.deliveries.listAttempts(tenantId, pathIdOrUuid('dlv', id), limit, cursor);
  }

  @Get(':id/body')
  @Requires('deliveries:read')
  @ApiOperation({
    summary: 'Get the body that a delivery sends',
    description: 'The bytes that its requests carry: those of the first, which all others repeat, or before that those that it will send.',
  })
  @ApiOkResponse({ type: DeliveryBodyDto })
  @ApiGoneResponse({
    description: 'The payload of its event has been expunged.',
    content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
  })
  getBody(@TenantId() tenantId: string, @Param('id') id: string): Promise<DeliveryBodyDto> {
    return this.bodies.find(tenantId, pathIdOrUuid('dlv', id));
  }

  @Post(':id/resend')
  @HttpCode(202)
  @Requires('deliveries:resend')
  @ApiOperation({
    summary: 'Send a delivery again',
    description:
      'The body’s bytes repeat; url, headers and secret are today’s. A retry that was waiting is superseded, and the policy’s attempts begin anew.',
  })
  @ApiAcceptedResponse({ type: DeliveryDto })
  resend(@TenantId() tenantId: string, @Param('id') id: string): Promise<DeliveryDto> {
    return this.deliveries.resend(tenantId, pathIdOrUuid('dlv', id));
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @Requires('deliveries:resend')
  @ApiOperation({ summary: 'Cancel a delivery that has not arrived' })
  @ApiAcceptedResponse({ type: DeliveryDto })
  cancel(@TenantId() tenantId: string, @Param('id') id: string): Promise<DeliveryDto> {
    return this.deliveries.cancel(tenantId, pathIdOrUuid('dlv', id), 'cancelled_by_operator');
  }
}
