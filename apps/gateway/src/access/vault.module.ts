import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { parseKeyRing } from '#vault/key-ring.js';
import { Vault } from '#vault/vault.js';
import { Global, Module } from '@nestjs/common';

function openVault(settings: Settings): Vault {
  const vault = new Vault(parseKeyRing(settings.SECRET_KEYS));
  vault.selfTest();
  return vault;
}

/** The vault that seals secrets at rest, made from the key ring in the settings and tried once. */
@Global()
@Module({
  providers: [{ provide: Vault, inject: [SETTINGS_TOKEN], useFactory: openVault }],
  exports: [Vault],
})
export class VaultModule {}
