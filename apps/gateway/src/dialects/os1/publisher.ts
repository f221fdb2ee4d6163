import { DomainError } from '#domain/errors.js';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../access/principal.js';
import { CatalogService } from '../../catalog/catalog.service.js';

type App = Awaited<ReturnType<CatalogService['getApp']>>;

/** The app that a caller's key speaks for. OS1's publishers never name it: createAppConfig has made it theirs. */
@Injectable()
export class Publisher {
  constructor(private readonly catalog: CatalogService) {}

  /** null before createAppConfig. */
  find(tenantId: string, { keyId }: Principal): Promise<App | null> {
    return this.catalog.findOwnApp(tenantId, keyId);
  }

  /** Throws `conflict`. Source: OS1, "Create app configuration": publishers must call createAppConfig first. */
  async require(tenantId: string, caller: Principal): Promise<App> {
    const app = await this.find(tenantId, caller);
    if (app === null) throw new DomainError('conflict', 'This key publishes for no app yet: call createAppConfig first.');
    return app;
  }
}
