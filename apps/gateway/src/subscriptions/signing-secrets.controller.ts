import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller, TenantId } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Requires } from '../access/requires.decorator.js';
import { RotatedDto, RotateSecret, SecretListDto } from './dto/actions.dto.js';
import { PathSubscription } from './path-subscription.js';
import { SigningSecretsService } from './signing-secrets.service.js';

@ApiTags('subscriptions')
@ApiParam({ name: 'id', description: '`sub_…`, the uuid, or the bare ULID.', example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
@Controller('v1/subscriptions/:id/secrets')
export class SigningSecretsController {
  constructor(private readonly secrets: SigningSecretsService) {}

  @Get()
  @Requires('secrets:read')
  @ApiOperation({ summary: 'List signing secrets', description: 'When they were made and until when they sign; never their text.' })
  @ApiResponse({ status: 200, type: SecretListDto })
  async list(@TenantId() tenantId: string, @Param('id', PathSubscription) id: string): Promise<SecretListDto> {
    return { items: await this.secrets.list(tenantId, id) };
  }

  @Post('rotate')
  @HttpCode(200)
  @Requires('secrets:write')
  @ApiOperation({
    summary: 'Rotate the signing secret',
    description: 'Requests carry a signature of each secret while the older ones last.',
  })
  @ApiResponse({ status: 200, type: RotatedDto })
  rotate(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
    @Body() body: RotateSecret,
  ): Promise<RotatedDto> {
    return this.secrets.rotate({ ...caller, tenantId }, id, body);
  }
}
