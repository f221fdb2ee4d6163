import { DomainError, type FieldError } from '#domain/errors.js';
import type { SourceFilter } from '#domain/subscription.js';
import type { AppRegistration, TypeRegistration } from '#domain/match/registry.js';
import { RegistryStore } from '#store/registry.store.js';
import { Injectable } from '@nestjs/common';
import { refusedFields } from '../http/field-errors.js';
import type { Writer } from './writer.js';

/** Decides which publishers' events a key may subscribe to. Source: OS1, "Subscribing to events": the subscriber needs the app's permissions. */
@Injectable()
export class SourceAccess {
  constructor(private readonly registry: RegistryStore) {}

  /**
   * @throws DomainError `unknown_app`, `unknown_event`; `app_permission_missing` when the key does not hold what an app asks for
   */
  async require({ tenantId, appPermissions }: Writer, sources: readonly SourceFilter[]): Promise<void> {
    if (sources.every(({ app }) => app === undefined)) return;
    const { apps, types } = await this.registry.load(tenantId);
    const appById = new Map(apps.map((app) => [app.id, app]));
    const faults = sources.flatMap((source, i) => checkSource(source, appById, types, `/sources/${i}`));
    if (faults.length > 0) throw refusedFields(faults);
    const closed = sources.map(({ app }) => appById.get(idOf(app))).find((app) => app !== undefined && !isOpenTo(app, appPermissions));
    if (closed)
      throw new DomainError('app_permission_missing', `The key does not hold the permissions that ${closed.id} asks of its subscribers.`);
  }
}

function checkSource(
  { app, topic, events = [] }: SourceFilter,
  apps: ReadonlyMap<string, AppRegistration>,
  types: TypeRegistration[],
  path: string,
): FieldError[] {
  if (app === undefined) return [];
  if (!apps.has(idOf(app))) return [{ path: `${path}/app`, code: 'unknown_app', message: 'No such app is registered.' }];
  const known = new Set(
    types
      .filter((type) => type.app === idOf(app) && (topic === undefined || isSame(type.topic, topic)))
      .flatMap(({ name, eventType }) => [name.toLowerCase(), (eventType ?? name).toLowerCase()]),
  );
  return events.flatMap((event, i) =>
    known.has(event.toLowerCase())
      ? []
      : [{ path: `${path}/events/${i}`, code: 'unknown_event', message: 'The app has registered no such event.' }],
  );
}

function isOpenTo({ permissions, match }: AppRegistration, held: readonly string[]): boolean {
  if (permissions.length === 0) return true;
  const isHeld = (permission: string): boolean => held.includes(permission);
  return match === 'all' ? permissions.every(isHeld) : permissions.some(isHeld);
}

const idOf = (app: string | undefined): string => (app ?? '').toLowerCase();
const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
