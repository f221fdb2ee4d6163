import { DomainError } from '#domain/errors.js';
import { Delete, Get, Options, Patch, Put, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Requires } from '../../access/requires.decorator.js';
import { OmnitronController } from './omnitron-controller.decorator.js';

const ACTIONS = ['publish-event', 'resend-event'];

/** The two actions take POST alone: every other method is 405, also the GET of the document's samples, which else would be taken for an id. */
@OmnitronController('oms_hook_events')
@ApiExcludeController()
@Requires('deliveries:list')
export class ActionMethodsController {
  @Get(ACTIONS)
  refuseGet(@Req() request: FastifyRequest): never {
    throw notAllowed(request);
  }

  @Put(ACTIONS)
  refusePut(@Req() request: FastifyRequest): never {
    throw notAllowed(request);
  }

  @Patch(ACTIONS)
  refusePatch(@Req() request: FastifyRequest): never {
    throw notAllowed(request);
  }

  @Delete(ACTIONS)
  refuseDelete(@Req() request: FastifyRequest): never {
    throw notAllowed(request);
  }

  @Options(ACTIONS)
  refuseOptions(@Req() request: FastifyRequest): never {
    throw notAllowed(request);
  }
}

const notAllowed = ({ method }: FastifyRequest): DomainError => new DomainError('method_not_allowed', `Method "${method}" not allowed.`);
