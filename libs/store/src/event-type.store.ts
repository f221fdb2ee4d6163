import { type AuditAction, changedFields } from '#domain/audit.js';
import { DomainError } from '#domain/errors.js';
import { formatAppId } from '#domain/ids.js';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, MoreThan } from 'typeorm';
import { audit } from './audit.js';
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

/** A topic that an app has registered event types under, and how many. */
export interface TopicRow {
  topic: string;
  eventTypes: number;
}

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
    await this.refusing(async (transaction) => {
      await transaction.insert(EventTypeEntity, rows as object[]);
      await note(transaction, 'event_type.created', place, rows);
    });
    return rows;
  }

  /** Registers it, or replaces the one of this name as a whole. Throws DomainError `not_found` without the app. */
  async put(place: EventTypePlace, definition: EventTypeDefinition): Promise<EventTypeEntity> {
    const row = { ...definition, ...place, id: newUuid() };
    await this.refusing(async (manager) => {
      await manager
        .createQueryBuilder()
        .insert()
        .into(EventTypeEntity)
        .values(row as object)
        .orUpdate(
          ['description', 'event_type', 'type', 'get_api_path', 'filter_logic', 'schema', 'example', 'updated_at'],
          ['tenant_id', 'app_id', 'topic', 'name'],
        )
        .execute();
      await note(manager, 'event_type.replaced', place, [definition]);
    });
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

  /** The topics of an app, in the order of their names; from after `position` (a topic), at most `count`. */
  async listTopics({ tenantId, appId }: Omit<EventTypePlace, 'topic'>, position: string | null, count: number): Promise<TopicRow[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(EventTypeEntity, 'type')
      .select('type.topic', 'topic')
      .addSelect('cast(count(*) AS int)', 'eventTypes')
      .where('type.tenant_id = :tenantId AND type.app_id = :appId', { tenantId, appId });
    if (position !== null) query.andWhere('type.topic > :position', { position });
    return query.groupBy('type.topic').orderBy('type.topic').limit(count).getRawMany<TopicRow>();
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
    const changes = { ...plain, ...Object.fromEntries(documents) } as PlainChange;
    if (Object.keys(changes).length > 0) await this.refusing((manager) => update(manager, place, name, changes));
    return this.find(place, change.name ?? name);
  }

  /** Deletes all of them or none. Answers the names that are not there; none of them means that all were deleted. */
  deleteAll(place: EventTypePlace, names: readonly string[]): Promise<string[]> {
    return this.dataSource.transaction(async (manager) => {
      const missing = await missingNames(manager, place, names);
      if (missing.length > 0) return missing;
      await manager.delete(EventTypeEntity, { ...place, name: In([...names]) });
      await note(
        manager,
        'event_type.deleted',
        place,
        names.map((name) => ({ name })),
      );
      return missing;
    });
  }

  /** Runs a write in a transaction and says in our words why the database refused it. */
  private async refusing(write: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    try {
      await this.dataSource.transaction(write);
    } catch (error) {
      if (violates(error, UNIQUE_NAME))
        throw new DomainError('already_exists', 'An event type of this name is registered under this topic already.');
      if (violates(error, APP_KEY)) throw new DomainError('not_found', 'There is no such app.');
      throw error;
    }
  }
}

type PlainChange = Partial<Omit<EventTypeDefinition, 'filterLogic' | 'schema' | 'example'>>;

async function update(manager: EntityManager, place: EventTypePlace, name: string, changes: PlainChange): Promise<void> {
  const before = await manager.findOne(EventTypeEntity, { where: { ...place, name }, lock: { mode: 'for_no_key_update' } });
  if (before === null) return;
  await manager.update(EventTypeEntity, { ...place, name }, changes);
  await note(manager, 'event_type.changed', place, [before], changedFields(before, { ...before, ...changes }));
}

/** An event type has no id of its own in public: its place and its name say which it is. */
const note = (
  manager: EntityManager,
  action: AuditAction,
  { tenantId, appId, topic }: EventTypePlace,
  types: readonly { name: string }[],
  changed: string[] = [],
): Promise<void> =>
  audit(manager, { tenantId, action, object: types.map(({ name }) => `${formatAppId(appId)}/${topic}/${name}`), changed });

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
