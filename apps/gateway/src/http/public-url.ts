import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { DomainError } from '#domain/errors.js';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Where clients reach this gateway, for answers that hold absolute links. */
@Injectable()
export class PublicUrl {
  constructor(@Inject(SETTINGS_TOKEN) private readonly settings: Pick<Settings, 'PUBLIC_ADDRESS'>) {}

  /**
   * The request's own address: under PUBLIC_ADDRESS where that is set, else as the request itself names host and scheme, which a proxy that ends
   * TLS or adds a path has changed. Throws `bad_request` for a Host header that names no host.
   */
  of(request: FastifyRequest): URL {
    const base = this.settings.PUBLIC_ADDRESS?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`;
    const here = `${base}${request.url}`;
    if (!URL.canParse(here)) throw new DomainError('bad_request', 'The Host header names no host.');
    return new URL(here);
  }
}
