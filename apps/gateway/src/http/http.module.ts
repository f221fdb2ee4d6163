import { Health } from '#observability/health.js';
import { TenantStore } from '#store/tenant.store.js';
import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { CursorKey } from './cursor-key.js';
import { ErrorEnvelopes } from './error-envelopes.js';
import { GracefulClose } from './graceful-close.js';
import { HealthController } from './health.controller.js';
import { PublicUrl } from './public-url.js';
import { ProblemFilter } from './problem.filter.js';
import { UnclaimedQueryGuard } from './unclaimed-query.guard.js';
import { ValidationPipe } from './validation.pipe.js';

/** What every route goes through: validation on the way in, problem+json on the way out. */
@Global()
@Module({
  controllers: [HealthController],
  providers: [
    CursorKey,
    ErrorEnvelopes,
    GracefulClose,
    PublicUrl,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: ValidationPipe },
    { provide: APP_GUARD, useClass: UnclaimedQueryGuard },
  ],
  exports: [CursorKey, ErrorEnvelopes, PublicUrl],
})
export class HttpModule implements OnModuleInit {
  constructor(
    private readonly health: Health,
    private readonly tenants: TenantStore,
  ) {}

  /** Postgres alone: events are taken while the queue is away. */
  onModuleInit(): void {
    this.health.addReadiness('postgres', () => this.tenants.ping());
  }
}
