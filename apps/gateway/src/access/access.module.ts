import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AuditController } from './audit.controller.js';
import { AccessGuard } from './access.guard.js';
import { Authenticator } from './authenticator.js';
import { BootstrapKey } from './bootstrap-key.js';
import { ConsoleSessions } from './console-sessions.js';
import { QuotaCounts, quotaProvider } from './quota-counts.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { Quotas } from './quotas.js';
import { KeysController } from './keys.controller.js';
import { KeysService } from './keys.service.js';
import { SignInFailures } from './sign-in-failures.js';
import { RouteAudit } from './route-audit.js';
import { TenantSlugs } from './tenant-slugs.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsService } from './tenants.service.js';
import { VaultModule } from './vault.module.js';

/** Who may do what: keys, tenants, and the guard in front of every route. */
@Module({
  imports: [DiscoveryModule, VaultModule],
  controllers: [TenantsController, KeysController, AuditController],
  providers: [
    Authenticator,
    BootstrapKey,
    ConsoleSessions,
    KeysService,
    RouteAudit,
    SignInFailures,
    TenantSlugs,
    TenantsService,
    QuotaCounts,
    quotaProvider,
    // In this order: a request is charged to the key that it has shown.
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
  ],
  exports: [Authenticator, ConsoleSessions, Quotas, SignInFailures, TenantSlugs, TenantsService],
})
export class AccessModule {}
