import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller, TenantId } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Requires } from '../access/requires.decorator.js';
import { TestSend } from '../publish/test-send.js';
import { SendTest, SuspendSubscription, TestSentDto } from './dto/actions.dto.js';
import { SubscriptionDto } from './dto/subscription.dto.js';
import { PathSubscription } from './path-subscription.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { type NativeSubscription, toNative } from './to-native.js';

/** Said of a suspension that nobody gave a reason for. */
const NO_REASON = 'suspended by an operator';

@ApiTags('subscriptions')
@ApiParam({ name: 'id', description: '`sub_…`, the uuid, or the bare ULID.', example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
@Controller('v1/subscriptions/:id')
export class SubscriptionActionsController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly test: TestSend,
  ) {}

  @Post('suspend')
  @HttpCode(200)
  @Requires('subscriptions:write')
  @ApiOperation({
    summary: 'Suspend',
    description: 'What waits is held until it is unsuspended; events that come meanwhile are not delivered later.',
  })
  @ApiResponse({ status: 200, type: SubscriptionDto })
  async suspend(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
    @Body() body: SuspendSubscription,
  ): Promise<NativeSubscription> {
    return toNative(await this.subscriptions.suspend({ ...caller, tenantId }, id, body.reason ?? NO_REASON));
  }

  @Post('unsuspend')
  @HttpCode(200)
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'End a suspension', description: 'What was held goes on.' })
  @ApiResponse({ status: 200, type: SubscriptionDto })
  async unsuspend(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
  ): Promise<NativeSubscription> {
    return toNative(await this.subscriptions.unsuspend({ ...caller, tenantId }, id));
  }

  @Post('duplicate')
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'Make a copy', description: 'The copy is disabled, has no secret headers, and a signing secret of its own.' })
  @ApiResponse({ status: 201, type: SubscriptionDto })
  async duplicate(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
  ): Promise<NativeSubscription> {
    const { row, secret } = await this.subscriptions.duplicate({ ...caller, tenantId }, id);
    return toNative(row, secret);
  }

  @Post('test')
  @HttpCode(202)
  @Requires('subscriptions:write')
  @ApiOperation({
    summary: 'Send a test',
    description: 'One event goes to this subscription alone, past its filters, through the whole pipeline.',
  })
  @ApiResponse({ status: 202, type: TestSentDto })
  async sendTest(@TenantId() tenantId: string, @Param('id', PathSubscription) id: string, @Body() body: SendTest): Promise<TestSentDto> {
    const subscription = await this.subscriptions.find(tenantId, id);
    return this.test.send(tenantId, subscription.id, body.event);
  }
}
