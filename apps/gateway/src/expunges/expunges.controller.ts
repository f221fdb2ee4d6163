import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { ApiPage } from '../http/api-page.decorator.js';
import { ApiPathParam } from '../http/api-path-param.decorator.js';
import { type Page, PageQuery } from '../http/page.js';
import { pathIdOrUuid } from '../http/path-ids.js';
import { CreateExpungeDto, ExpungeDto } from './expunge.dto.js';
import { ExpungesService } from './expunges.service.js';

@ApiTags('expunges')
@Controller('v1')
export class ExpungesController {
  constructor(private readonly expunges: ExpungesService) {}

  @Post('events/:id/expunge')
  @HttpCode(200)
  @Requires('expunges:write')
  @ApiPathParam('id', '`evt_…`, or the publisher’s own id.', 'evt_01KAK3J0V1QH6E6T2C0X8ZC3VB')
  @ApiOperation({
    summary: 'Expunge the payload of an event',
    description:
      'Takes the payload, the bodies that were sent, and urls, headers and answers out of its attempts. Ids, types, times and states stay; deliveries that wait are cancelled. It cannot be taken back; asking again changes nothing.',
  })
  @ApiOkResponse({ type: ExpungeDto, description: '`running` where rows were held at that moment: a dispatcher ends it.' })
  expungeEvent(@TenantId() tenantId: string, @Param('id') id: string): Promise<ExpungeDto> {
    return this.expunges.expungeEvent(tenantId, id);
  }

  @Post('expunges')
  @HttpCode(202)
  @Requires('expunges:write')
  @ApiOperation({
    summary: 'Expunge the payloads of all events of a resource',
    description:
      'Those published until now. It goes on by itself and can be watched; its end comes some ten seconds later at the earliest.',
  })
  @ApiAcceptedResponse({ type: ExpungeDto })
  expungeResource(@TenantId() tenantId: string, @Body() { resource }: CreateExpungeDto): Promise<ExpungeDto> {
    return this.expunges.expungeResource(tenantId, resource);
  }

  @Get('expunges')
  @Requires('expunges:list')
  @ApiOperation({ summary: 'List expunges', description: 'Newest first. They are kept as long as the audit log.' })
  @ApiPage(ExpungeDto)
  list(@TenantId() tenantId: string, @Query() query: PageQuery): Promise<Page<ExpungeDto>> {
    return this.expunges.list(tenantId, query);
  }

  @Get('expunges/:id')
  @Requires('expunges:read')
  @ApiPathParam('id', 'The expunge’s id, or its uuid.', 'exp_01KAK3J0V1QH6E6T2C0X8ZC3VB')
  @ApiOperation({ summary: 'Get an expunge and how far it has come' })
  @ApiOkResponse({ type: ExpungeDto })
  get(@TenantId() tenantId: string, @Param('id') id: string): Promise<ExpungeDto> {
    return this.expunges.find(tenantId, pathIdOrUuid('exp', id));
  }
}
