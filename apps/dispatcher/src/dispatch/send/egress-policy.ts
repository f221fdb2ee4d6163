import { parseAllowList } from '#domain/address-policy.js';
import { parsePorts } from '#domain/port-policy.js';
import type { Settings } from '#config/settings.js';
import type { EgressPolicy } from './dial.js';
import { EgressProxy } from './egress-proxy.js';

/** What the settings let out. */
export const egressPolicy = (settings: Settings): EgressPolicy => ({
  allow: parseAllowList(settings.EGRESS_ALLOW_CIDRS),
  ports: parsePorts(settings.EGRESS_PORTS),
  allowUnverifiedTls: settings.EGRESS_ALLOW_UNVERIFIED_TLS,
  proxy: settings.EGRESS_PROXY_URL === undefined ? null : new EgressProxy(settings.EGRESS_PROXY_URL),
});
