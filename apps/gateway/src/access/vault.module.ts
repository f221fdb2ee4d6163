import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { openVault } from '#vault/open-vault.js';
import { Vault } from '#vault/vault.js';
import { Global, Module } from '@nestjs/common';

/** The vault that seals secrets at rest, made from the key ring in the settings and tried once. */
@Global()
@Module({
  providers: [{ provide: Vault, inject: [SETTINGS_TOKEN], useFactory: (settings: Settings) => openVault(settings.SECRET_KEYS) }],
  exports: [Vault],
})
export class VaultModule {}
