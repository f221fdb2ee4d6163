import { applyDecorators, Controller, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { CredentialFrom } from '../../access/credential.js';
import { coreosKey } from './coreos-key.js';
import { CoreosHeadersGuard } from './coreos-headers.guard.js';

/** Where everything of OS1's is. Source: OS1, API reference, "Get app configuration details". */
export const OS1_PATH = 'core/api/v1/webhooks';

/** A controller of OS1's API under `path`: its headers, its key, its place in the documentation. */
export const Os1Controller = (path: string): ClassDecorator =>
  applyDecorators(
    Controller(`${OS1_PATH}/${path}`),
    CredentialFrom(coreosKey),
    UseGuards(CoreosHeadersGuard),
    ApiTags('OS1'),
    ApiHeader({ name: 'X-COREOS-ACCESS', description: 'An API key; `Authorization: Bearer` is taken too.', required: false }),
    ApiHeader({ name: 'X-COREOS-TID', description: 'The tenant of the key: its id, uuid or slug.', required: false }),
    ApiHeader({ name: 'X-COREOS-REQUEST-ID', description: 'Repeated in the answer.', required: false }),
  );
