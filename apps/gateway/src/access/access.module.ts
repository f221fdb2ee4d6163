import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { Authenticator } from './authenticator.js';
import { BootstrapKey } from './bootstrap-key.js';
import { ConsoleSessions } from './console-sessions.js';
import { KeysController } from './keys.controller.js';
import { KeysService } from './keys.service.js';
import { RouteAudit } from './route-audit.js';
import { TenantSlugs } from './tenant-slugs.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsService } from './tenants.service.js';
import { VaultModule } from './vault.module.js';

/** Who may do what: keys, tenants, and the guard in front of every route. */
@Module({
  imports: [DiscoveryModule, VaultModule],
  controllers: [TenantsController, KeysController],
  providers: [
    Authenticator,
    BootstrapKey,
    ConsoleSessions,
    KeysService,
    RouteAudit,
    TenantSlugs,
    TenantsService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Authenticator, ConsoleSessions, TenantSlugs, TenantsService],
})
export class AccessModule {}
