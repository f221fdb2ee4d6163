import type { Settings } from '#config/settings.js';
import { parseAllowList } from '#domain/address-policy.js';
import { parsePorts } from '#domain/port-policy.js';
import type { UrlPolicy } from '#domain/url-policy.js';

export interface EndpointPolicy extends UrlPolicy {
  /** May a subscription do without verifying its receiver's certificate? Absent: no. */
  allowUnverifiedTls?: boolean;
}

/** Which addresses anybody may name at all, for whatever purpose, as the deployment has it. */
export const urlPolicyOf = (settings: Settings): EndpointPolicy => ({
  allowHttp: settings.EGRESS_ALLOW_HTTP,
  allow: parseAllowList(settings.EGRESS_ALLOW_CIDRS),
  ports: parsePorts(settings.EGRESS_PORTS),
  selfHosts: settings.PUBLIC_HOSTS,
  allowUnverifiedTls: settings.EGRESS_ALLOW_UNVERIFIED_TLS,
});
