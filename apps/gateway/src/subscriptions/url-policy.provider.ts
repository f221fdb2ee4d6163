import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { parseAllowList } from '#domain/address-policy.js';
import type { UrlPolicy } from '#domain/url-policy.js';
import type { FactoryProvider } from '@nestjs/common';

/** Injection token of the deployment's UrlPolicy: which endpoints may be named at all. */
export const URL_POLICY = Symbol('url policy');

export const urlPolicyProvider: FactoryProvider<UrlPolicy> = {
  provide: URL_POLICY,
  inject: [SETTINGS_TOKEN],
  useFactory: (settings: Settings) => ({ allowHttp: settings.EGRESS_ALLOW_HTTP, allow: parseAllowList(settings.EGRESS_ALLOW_CIDRS) }),
};
