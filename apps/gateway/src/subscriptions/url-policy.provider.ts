import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { parseAllowList } from '#domain/address-policy.js';
import { parsePorts } from '#domain/port-policy.js';
import type { UrlPolicy } from '#domain/url-policy.js';
import type { FactoryProvider } from '@nestjs/common';

/** Injection token of the deployment's UrlPolicy: which endpoints may be named at all. */
export const URL_POLICY = Symbol('url policy');

export interface EndpointPolicy extends UrlPolicy {
  /** May a subscription do without verifying its receiver's certificate? Absent: no. */
  allowUnverifiedTls?: boolean;
}

export const urlPolicyProvider: FactoryProvider<EndpointPolicy> = {
  provide: URL_POLICY,
  inject: [SETTINGS_TOKEN],
  useFactory: (settings: Settings) => ({
    allowHttp: settings.EGRESS_ALLOW_HTTP,
    allow: parseAllowList(settings.EGRESS_ALLOW_CIDRS),
    ports: parsePorts(settings.EGRESS_PORTS),
    selfHosts: settings.PUBLIC_HOSTS,
    allowUnverifiedTls: settings.EGRESS_ALLOW_UNVERIFIED_TLS,
  }),
};
