import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { LOGGER_TOKEN, type Logger } from '#observability/logger.js';
import { ApiKeyStore } from '#store/api-key.store.js';
import { newUuid } from '#store/new-id.js';
import { hashApiKey, maskApiKey } from '#vault/api-key.js';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

/** Makes the operator's first key out of BOOTSTRAP_KEY. One that was revoked stays revoked: its hash is still there. */
@Injectable()
export class BootstrapKey implements OnApplicationBootstrap {
  constructor(
    private readonly keys: ApiKeyStore,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    @Inject(LOGGER_TOKEN) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const key = this.settings.BOOTSTRAP_KEY;
    if (key === undefined) return;
    const isNew = await this.keys.addBootstrapKey({
      id: newUuid(),
      tenantId: null,
      name: 'bootstrap',
      hash: hashApiKey(key),
      hint: maskApiKey(key),
      permissions: ['*'],
      appPermissions: [],
      appId: null,
      startsAt: null,
      expiresAt: null,
      createdBy: 'bootstrap',
    });
    if (isNew) this.logger.info('key.bootstrapped');
  }
}
