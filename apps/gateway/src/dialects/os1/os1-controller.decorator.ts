import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CredentialFrom } from '../../access/credential.js';
import { coreosKey } from './coreos-key.js';
import { CoreosHeadersGuard } from './coreos-headers.guard.js';
import { Os1ErrorDto } from './error.dto.js';

/** Where everything of OS1's is. Source: OS1, API reference, "Get app configuration details". */
export const OS1_PATH = 'core/api/v1/webhooks';

const REFUSALS: [number, string][] = [
  [400, 'The request is not valid; `errorTrace` says where.'],
  [401, 'No valid API key.'],
  [403, 'The key does not hold the permission, or is another tenant’s than X-COREOS-TID says.'],
  [404, 'There is nothing of this name or id.'],
  [409, 'At odds with what is stored.'],
  [429, 'Too many requests. Try again after Retry-After.'],
  [503, 'Not right now. Try again after Retry-After.'],
];

/** A controller of OS1's API under `path`: its headers, its key, its place in the documentation. */
export const Os1Controller = (path: string): ClassDecorator =>
  applyDecorators(
    Controller(`${OS1_PATH}/${path}`),
    CredentialFrom(coreosKey),
    UseGuards(CoreosHeadersGuard),
    ApiTags('OS1'),
    ...REFUSALS.map(([status, description]) => ApiResponse({ status, description, type: Os1ErrorDto })),
    ApiHeader({ name: 'X-COREOS-ACCESS', description: 'An API key; `Authorization: Bearer` is taken too.', required: false }),
    ApiHeader({ name: 'X-COREOS-TID', description: 'The tenant of the key: its id, uuid or slug.', required: false }),
    ApiHeader({ name: 'X-COREOS-REQUEST-ID', description: 'Repeated in the answer.', required: false }),
  );
