import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { FactoryProvider } from '@nestjs/common';
import { type EndpointPolicy, urlPolicyOf } from '../http/url-policy.js';

/** Injection token of the deployment's UrlPolicy: which endpoints may be named at all. */
export const URL_POLICY = Symbol('url policy');

export const urlPolicyProvider: FactoryProvider<EndpointPolicy> = {
  provide: URL_POLICY,
  inject: [SETTINGS_TOKEN],
  useFactory: urlPolicyOf,
};
