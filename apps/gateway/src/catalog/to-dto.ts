import { formatId } from '#domain/ids.js';
import type { AppEntity } from '#store/entities/app.entity.js';
import type { EventTypeEntity } from '#store/entities/event-type.entity.js';
import type { AppDto } from './app.dto.js';
import { formatAppId } from './app-id.js';
import type { EventTypeDto } from './event-type.dto.js';

export const toAppDto = ({ id, name, permissions, permissionMatch, baseUrl, createdAt, updatedAt }: AppEntity): AppDto => ({
  id: formatAppId(id),
  name,
  permissions,
  permissionMatch,
  baseUrl,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

export const toEventTypeDto = (row: EventTypeEntity): EventTypeDto => ({
  id: formatId('ety', row.id),
  appId: formatAppId(row.appId),
  topic: row.topic,
  name: row.name,
  description: row.description,
  eventType: row.eventType,
  type: row.type,
  getApiPath: row.getApiPath,
  filterLogic: row.filterLogic,
  schema: row.schema,
  example: row.example,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
