import { DomainError } from '#domain/errors.js';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, MoreThan } from 'typeorm';
import { EventTypeEntity } from './entities/event-type.entity.js';
import { newUuid } from './new-id.js';
import { violates } from './storage-error.js';

/** Where event types are registered: under a topic of an app of a tenant. */
export interface EventTypePlace {
  tenantId: string;
  appId: string;
  topic: string;
}

export type EventTypeDefinition = Pick<
  EventTypeEntity,
  'name' | 'description' | 'eventType' | 'type' | 'getApiPath' | 'filterLogic' | 'schema' | 'example'
>;

const UNIQUE_NAME = 'event_types_tenant_id_app_id_topic_name_key';
const APP_KEY = 'event_types_tenant_id_app_id_fkey';

/** What publishers say they publish. */
@Injectable()
export class EventTypeStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Registers all of them or none. Throws DomainError `already_exists` for a name that is taken, `not_found` without the app. */
  async createAll(place: EventTypePlace, definitions: readonly EventTypeDefinition[]): Promise<EventTypeEntity[]> {
    const { manager } = this.dataSource;
    const rows = definitions.map((definition) => manager.create(EventTypeEntity, { ...definition, ...place, id: newUuid() }));
    await refusing(() => manager.insert(EventTypeEntity, rows as object[]));
    return rows;
  }

  /** Registers it, or replaces the one of this name as a whole. Throws DomainError `not_found` without the app. */
  async put(place: EventTypePlace, definition: EventTypeDefinition): Promise<EventTypeEntity> {
    const row = { ...definition, ...place, id: newUuid() };
    await refusing(() =>
      this.dataSource.manager
        .createQueryBuilder()
        .insert()
        .into(EventTypeEntity)
        .values(row as object)
        .orUpdate(
          ['description', 'event_type', 'type', 'get_api_path', 'filter_logic', 'schema', 'example', 'updated_at'],
          ['tenant_id', 'app_id', 'topic', 'name'],
        )
        .execute(),
    );
    return this.dataSource.manager.findOneByOrFail(EventTypeEntity, { ...place, name: definition.name });
  }

  /** Oldest first; from after `position` (an id), at most `count`. */
  list({ tenantId, appId, topic }: EventTypePlace, position: string | null, count: number): Promise<EventTypeEntity[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(EventTypeEntity, 'type')
      .where('type.tenant_id = :tenantId AND type.app_id = :appId AND type.topic = :topic', { tenantId, appId, topic });
    if (position !== null) query.andWhere('type.id > :position', { position });
    return query.orderBy('type.id').limit(count).getMany();
  }

  /** Of all the tenant's apps under a topic. Oldest first; from after `position` (an id), at most `count`. */
  listTopic(tenantId: string, topic: string, position: string | null, count: number): Promise<EventTypeEntity[]> {
    const after = position === null ? {} : { id: MoreThan(position) };
    return this.dataSource.manager.find(EventTypeEntity, { where: { tenantId, topic, ...after }, order: { id: 'ASC' }, take: count });
  }

  /** Those under a topic, of whatever app, that have one of these names or eventTypes; names compare without case. */
  listNamed(tenantId: string, topic: string, names: readonly string[]): Promise<EventTypeEntity[]> {
    return this.dataSource.manager
      .createQueryBuilder(EventTypeEntity, 'type')
      .where('type.tenant_id = :tenantId AND type.topic = :topic', { tenantId, topic })
      .andWhere('(lower(type.name) = ANY(:names) OR lower(type.event_type) = ANY(:names))', {
        names: names.map((name) => name.toLowerCase()),
      })
      .orderBy('type.id')
      .getMany();
  }

  /** Of all the tenant's apps: each one's eventType, or its name where it has none. */
  async listTypes(tenantId: string): Promise<string[]> {
    const rows = await this.dataSource.manager
      .createQueryBuilder(EventTypeEntity, 'type')
      .select('DISTINCT coalesce(type.event_type, type.name)', 'called')
      .where('type.tenant_id = :tenantId', { tenantId })
      .orderBy('called')
      .getRawMany<{ called: string }>();
    return rows.map(({ called }) => called);
  }

  find(place: EventTypePlace, name: string): Promise<EventTypeEntity | null> {
    return this.dataSource.manager.findOneBy(EventTypeEntity, { ...place, name });
  }

  /** Answers it as it is then, under its new name if it was given one; null when there is none. Throws DomainError `already_exists`. */
  async change(place: EventTypePlace, name: string, change: Partial<EventTypeDefinition>): Promise<EventTypeEntity | null> {
    const { filterLogic, schema, example, ...plain } = change;
    const documents = Object.entries({ filterLogic, schema, example }).filter(([, value]) => value !== undefined);
    const changes = { ...plain, ...Object.fromEntries(documents) } as Partial<
      Omit<EventTypeDefinition, 'filterLogic' | 'schema' | 'example'>
    >;
    if (Object.keys(changes).length > 0) await refusing(() => this.dataSource.manager.update(EventTypeEntity, { ...place, name }, changes));
    return this.find(place, change.name ?? name);
  }

  /** Deletes all of them or none. Answers the names that are not there; none of them means that all were deleted. */
  deleteAll(place: EventTypePlace, names: readonly string[]): Promise<string[]> {
    return this.dataSource.transaction(async (manager) => {
      const missing = await missingNames(manager, place, names);
      if (missing.length === 0) await manager.delete(EventTypeEntity, { ...place, name: In([...names]) });
      return missing;
    });
  }
}

/** Locks those that are there, so that nobody deletes one in between. */
async function missingNames(manager: EntityManager, place: EventTypePlace, names: readonly string[]): Promise<string[]> {
  const found = await manager.find(EventTypeEntity, {
    where: { ...place, name: In([...names]) },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  const present = new Set(found.map(({ name }) => name));
  return names.filter((name) => !present.has(name));
}

async function refusing(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (violates(error, UNIQUE_NAME))
      throw new DomainError('already_exists', 'An event type of this name is registered under this topic already.');
    if (violates(error, APP_KEY)) throw new DomainError('not_found', 'There is no such app.');
    throw error;
  }
}
