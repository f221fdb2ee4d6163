import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { parseKeyRing } from '#vault/key-ring.js';
import { createHmac, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';

/** Seals a list's cursors: a cursor is only good for the tenant, the route and the filters it was made for. */
export interface CursorBinding {
  /** 16 bytes over the binding and the position. */
  mac(position: string): Buffer;
}

const MAC_BYTES = 16;

/**
 * The key that cursors are sealed with, derived from the active secret key, so that every gateway makes the same ones.
 * A new active key ends the cursors made before it; lists are begun anew then.
 */
@Injectable()
export class CursorKey {
  private readonly key: Buffer;

  constructor(@Inject(SETTINGS_TOKEN) settings: Settings) {
    const { active } = parseKeyRing(settings.SECRET_KEYS);
    this.key = Buffer.from(hkdfSync('sha256', active.key, 'tidings', 'list cursors, version 1', 32));
  }

  /** `tenantId` null for the operator's lists; `filters` are the query's own, without limit and cursor (undefined ones count as absent). */
  bind(tenantId: string | null, route: string, filters: object = {}): CursorBinding {
    const named = Object.entries(filters)
      .filter(([name, value]) => value !== undefined && name !== 'limit' && name !== 'cursor')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const scope = JSON.stringify([tenantId, route, named]);
    return {
      mac: (position) =>
        createHmac('sha256', this.key)
          .update(JSON.stringify([scope, position]))
          .digest()
          .subarray(0, MAC_BYTES),
    };
  }
}
