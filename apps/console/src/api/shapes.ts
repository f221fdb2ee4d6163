import type { components } from './schema';

type Schemas = components['schemas'];
export type Delivery = Schemas['DeliveryDto'];
export type Attempt = Schemas['AttemptDto'];
export type DeliveryBody = Schemas['DeliveryBodyDto'];

export type NewEvent = Schemas['EventDto'];
export type StoredEvent = Schemas['StoredEventDto'];
export type EventDetail = Schemas['EventDetailDto'];
export type Expunge = Schemas['ExpungeDto'];
export type Explanation = Schemas['ExplanationDto'];
export type Explained = Schemas['ExplainedSubscriptionDto'];

export type Subscription = Schemas['SubscriptionDto'];
export type NewSubscription = Schemas['CreateSubscription'];
export type Overview = Schemas['OverviewDto'];
export type SubscriptionFigures = Schemas['SubscriptionFiguresDto'];
export type OutboundRequest = Schemas['OutboundRequestDto'];
export type Stats = Schemas['StatsDto'];
export type Replay = Schemas['ReplayDto'];
export type NewReplay = Schemas['CreateReplayDto'];
export type App = Schemas['AppDto'];
export type Topic = Schemas['TopicDto'];
export type EventType = Schemas['EventTypeDto'];
export type Key = Schemas['KeyDto'];
export type Tenant = Schemas['TenantDto'];
export type AuditEntry = Schemas['AuditEntryDto'];
