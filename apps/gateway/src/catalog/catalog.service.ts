import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { DomainError, type FieldError, invalid, invalidField } from '#domain/errors.js';
import { checkEndpointUrl, type UrlPolicy } from '#domain/url-policy.js';
import { type AppDefinition, AppStore } from '#store/app.store.js';
import type { AppEntity } from '#store/entities/app.entity.js';
import type { EventTypeEntity } from '#store/entities/event-type.entity.js';
import { type EventTypeDefinition, type EventTypePlace, EventTypeStore, type TopicRow } from '#store/event-type.store.js';
import { Inject, Injectable } from '@nestjs/common';
import { notFound } from '../http/path-ids.js';
import { urlPolicyOf } from '../http/url-policy.js';
import { checkEventType } from './check-event-type.js';

export type GivenEventType = Pick<EventTypeDefinition, 'name'> & Partial<EventTypeDefinition>;

/** Publisher apps and what they say they publish. Another tenant's app is `not_found`, like one that never was. */
@Injectable()
export class CatalogService {
  private readonly policy: UrlPolicy;

  constructor(
    private readonly apps: AppStore,
    private readonly types: EventTypeStore,
    @Inject(SETTINGS_TOKEN) settings: Settings,
  ) {
    this.policy = urlPolicyOf(settings);
  }

  createApp(tenantId: string, app: Pick<AppDefinition, 'name'> & Partial<AppDefinition>): Promise<AppEntity> {
    this.checkBaseUrl(app.baseUrl);
    const { name, permissions = [], permissionMatch = 'any', baseUrl = null } = app;
    return this.apps.create(tenantId, { name, permissions, permissionMatch, baseUrl });
  }

  /** Registers the app that this key speaks for from then on. Throws `already_exists` when it speaks for one. */
  createOwnApp(tenantId: string, keyId: string, app: Pick<AppDefinition, 'name' | 'permissions'>): Promise<AppEntity> {
    return this.apps.createForKey(tenantId, keyId, { ...app, permissionMatch: 'any', baseUrl: null });
  }

  /** The app that a key speaks for; null when there is none. */
  findOwnApp(tenantId: string, keyId: string): Promise<AppEntity | null> {
    return this.apps.findOfKey(tenantId, keyId);
  }

  listApps(tenantId: string, position: string | null, count: number): Promise<AppEntity[]> {
    return this.apps.list(tenantId, position, count);
  }

  async getApp(tenantId: string, id: string): Promise<AppEntity> {
    return found(await this.apps.find(tenantId, id));
  }

  async changeApp(tenantId: string, id: string, change: Partial<AppDefinition>): Promise<AppEntity> {
    this.checkBaseUrl(change.baseUrl);
    return found(await this.apps.change(tenantId, id, given(change)));
  }

  /** Its event types go with it. Events and deliveries keep its name. */
  async deleteApp(tenantId: string, id: string): Promise<void> {
    if (!(await this.apps.delete(tenantId, id))) throw notFound();
  }

  /** All or none. Errors: `already_exists`, `duplicate` (twice in the request), `not_found` (the app), and those of checkEventType. */
  async register(place: EventTypePlace, definitions: readonly GivenEventType[]): Promise<EventTypeEntity[]> {
    definitions.forEach((definition, i) => checkEventType(definition, `/eventTypes/${i}`));
    refuseRepeated(definitions.map(({ name }) => name));
    return this.types.createAll(place, definitions.map(complete));
  }

  /** Registers it or replaces all of it. */
  put(place: EventTypePlace, definition: GivenEventType): Promise<EventTypeEntity> {
    checkEventType(definition);
    return this.types.put(place, complete(definition));
  }

  /** In the order of their names, from after the topic `position`. Errors: `not_found` (the app). */
  async listTopics(tenantId: string, appId: string, position: string | null, count: number): Promise<TopicRow[]> {
    await this.getApp(tenantId, appId);
    return this.types.listTopics({ tenantId, appId }, position, count);
  }

  async list(place: EventTypePlace, position: string | null, count: number): Promise<EventTypeEntity[]> {
    await this.getApp(place.tenantId, place.appId);
    return this.types.list(place, position, count);
  }

  /** What any app of the tenant has registered under a topic, oldest first. */
  listTopic(tenantId: string, topic: string, position: string | null, count: number): Promise<EventTypeEntity[]> {
    return this.types.listTopic(tenantId, topic, position, count);
  }

  /** Those of any app under a topic that have one of these names or eventTypes; names compare without case. */
  listNamed(tenantId: string, topic: string, names: readonly string[]): Promise<EventTypeEntity[]> {
    return this.types.listNamed(tenantId, topic, names);
  }

  /** What events of the tenant's registered types are called, each once, in order. */
  listTypes(tenantId: string): Promise<string[]> {
    return this.types.listTypes(tenantId);
  }

  async get(place: EventTypePlace, name: string): Promise<EventTypeEntity> {
    return found(await this.types.find(place, name));
  }

  /** What is left out stays as it is. Errors: `not_found`, `already_exists` (its new name), and those of checkEventType. */
  async change(place: EventTypePlace, name: string, change: Partial<EventTypeDefinition>): Promise<EventTypeEntity> {
    checkEventType(change);
    return found(await this.types.change(place, name, given(change)));
  }

  async delete(place: EventTypePlace, name: string): Promise<void> {
    const missing = await this.types.deleteAll(place, [name]);
    if (missing.length > 0) throw notFound();
  }

  /** All or none: throws `not_found`, naming each that is not there by `/names/<index>`. */
  async deleteAll(place: EventTypePlace, names: readonly string[]): Promise<void> {
    const missing = new Set(await this.types.deleteAll(place, names));
    if (missing.size === 0) return;
    const errors = names.flatMap((name, i): FieldError[] =>
      missing.has(name) ? [{ path: `/names/${i}`, code: 'not_found', message: `There is no event type ${name} here.` }] : [],
    );
    throw new DomainError('not_found', 'Nothing was deleted: not all of these event types are here.', errors);
  }

  /** It will be dialled, so it is judged like an endpoint; it is followed by a path, so it has no query. */
  private checkBaseUrl(url: string | null | undefined): void {
    if (url === null || url === undefined) return;
    const fault = checkEndpointUrl(url, this.policy, '/baseUrl');
    if (fault) throw invalid([fault], fault.code);
    if (/[?#{}]/.test(url)) throw invalidField('/baseUrl', 'url_invalid', 'A base URL has no query, no fragment and no placeholders.');
  }
}

const given = <T extends object>(change: T): Partial<T> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;

function found<T>(row: T | null): T {
  if (row === null) throw notFound();
  return row;
}

const complete = (definition: GivenEventType): EventTypeDefinition => ({
  description: null,
  eventType: null,
  type: null,
  getApiPath: null,
  filterLogic: null,
  schema: null,
  example: null,
  ...given(definition),
  name: definition.name,
});

function refuseRepeated(names: readonly string[]): void {
  const i = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (i >= 0) throw invalidField(`/eventTypes/${i}/name`, 'duplicate', `${names[i]} is in this request twice.`);
}
