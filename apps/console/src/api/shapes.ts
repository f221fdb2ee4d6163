import type { components } from './schema';

type Schemas = components['schemas'];
export type Delivery = Schemas['DeliveryDto'];
export type Attempt = Schemas['AttemptDto'];
export type DeliveryState = Delivery['state'];
export type StoredEvent = Schemas['StoredEventDto'];
export type Explained = Schemas['ExplainedSubscriptionDto'];
export type Subscription = Schemas['SubscriptionDto'];
export type ApiKey = Schemas['KeyDto'];
export type Tenant = Schemas['TenantDto'];
