import type { components } from './schema';

type Schemas = components['schemas'];
export type Delivery = Schemas['DeliveryDto'];
export type Attempt = Schemas['AttemptDto'];

export type StoredEvent = Schemas['StoredEventDto'];
export type Explained = Schemas['ExplainedSubscriptionDto'];
