import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { SocotraError } from './error.js';
import { TenantGuard } from './tenant.js';

const REFUSALS = {
  400: 'The request is not valid; `details` says where.',
  401: 'No valid API key.',
  403: 'The key does not hold the permission.',
  404: 'There is nothing under this locator, or it is another tenant’s.',
  409: 'At odds with what is stored.',
  413: 'The body is too large.',
  415: 'The body is not JSON in UTF-8.',
  429: 'Too many requests. Try again after Retry-After.',
  503: 'Not right now. Try again after Retry-After.',
} as const;

/** A controller of Socotra's API under `/event/{tenantLocator}/path`: its tenant, its refusals, its place in the documentation. */
export const SocotraController = (path: string): ClassDecorator =>
  applyDecorators(
    Controller(`event/:tenantLocator/${path}`),
    UseGuards(TenantGuard),
    ApiTags('Socotra'),
    ApiParam({ name: 'tenantLocator', description: 'uuid of the key’s tenant.', example: '019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f' }),
    ...Object.entries(REFUSALS).map(([status, description]) => ApiResponse({ status: Number(status), description, type: SocotraError })),
  );

export const WEBHOOK_PARAM = { name: 'webhookLocator', description: 'ULID of the webhook.', example: '01KAK3HZY3F2J9V8N7B6M5C4X3' };
export const EVENT_PARAM = { name: 'eventLocator', description: 'ULID of the event.', example: '01KAK3J0V1QH6E6T2C0X8ZC3VB' };
