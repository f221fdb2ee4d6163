import { LIMITS } from '#domain/limits.js';
import { Injectable } from '@nestjs/common';
import { notFound } from '../../http/path-ids.js';
import { SubscriptionsService, type Written } from '../../subscriptions/subscriptions.service.js';
import type { SubscriptionDraft } from '../../subscriptions/subscription-fields.js';
import { toDraft } from '../../subscriptions/to-draft.js';
import { toFields } from '../../subscriptions/to-native.js';
import type { Writer } from '../../subscriptions/writer.js';
import { type Respelling, respelled } from './respelled.js';
import { secretOf } from './signature-key.js';
import { Sources } from './sources.js';
import type { CreateOs1SubscriptionDto, UpdateOs1SubscriptionDto } from './subscription.dto.js';
import { changeWanted, sourcesWith, type Wanted, wantedOf } from './wanted.js';

type Row = Written['row'];

const OS1 = 'os1';

const EVENT_PATH = /^\/sources\/0\/events\/(\d+)$/;
const RESPELLING: Respelling = [
  [/^\/sources\/\d+\/app$/, '/eventAppId'],
  [/^\/sources\/\d+\/events/, '/events'],
  [/^\/sources$/, '/events'],
  [/^\/secret$/, '/webhook/signatureKey'],
  [/^\/url/, '/webhook/url'],
];

/** OS1's subscriptions over everybody's: each one is a source with the events of one app under one topic. Others' are not seen here. */
@Injectable()
export class Os1Subscriptions {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly sources: Sources,
  ) {}

  /** Errors: `unknown_event`, `conflict`, `app_permission_missing`, and those of SubscriptionsService.create. */
  async create(writer: Writer, dto: CreateOs1SubscriptionDto): Promise<Row> {
    const { topic, description, webhook, isActive, customAttr = false } = dto;
    const given: Wanted = { topic, app: dto.eventAppId?.toLowerCase() ?? null, events: dto.events ?? [] };
    const wanted = await this.sources.resolve(writer.tenantId, given);
    const draft = toDraft({
      name: nameOf(description, topic),
      description,
      url: webhook.url,
      eventTypes: [],
      sources: sourcesWith(wanted),
      enabled: isActive,
    });
    const options = { secret: secretOf(webhook.signatureKey), dialect: OS1, dialectFields: fieldsOf(wanted, customAttr) };
    return (await respelled(RESPELLING, () => this.subscriptions.create(writer, draft, options))).row;
  }

  /** Newest first, before `beforeId`. */
  list(tenantId: string, beforeId: string | null, count: number): Promise<Row[]> {
    return this.subscriptions.list(tenantId, { dialect: OS1 }, count, beforeId);
  }

  /** Throws `not_found`. */
  async find(tenantId: string, id: string): Promise<Row> {
    const row = await this.subscriptions.find(tenantId, id);
    if (row.dialect !== OS1) throw notFound();
    return row;
  }

  /** What is left out stays, and so does what OS1 has no words for. Errors as for create. */
  async change(writer: Writer, id: string, dto: UpdateOs1SubscriptionDto): Promise<Row> {
    const before = await this.find(writer.tenantId, id);
    const wanted = await this.sources.resolve(writer.tenantId, changeWanted(wantedOf(before), dto));
    const { webhook, customAttr = before.dialectFields['customAttr'] === true } = dto;
    const options = {
      dialectFields: fieldsOf(wanted, customAttr),
      ...(webhook?.signatureKey === undefined ? {} : { secret: secretOf(webhook.signatureKey) }),
    };
    // Another change may have come in between: the newest events are the ones that are added to.
    const change = (row: Row) => changed(row, dto, wanted.app);
    const ofRequest: Respelling = [[EVENT_PATH, (_, i) => eventPath(dto.events, wanted.events[Number(i)])], ...RESPELLING];
    return (await respelled(ofRequest, () => this.subscriptions.change(writer, id, null, change, options))).row;
  }

  /** Throws `not_found`. */
  async remove(writer: Writer, id: string): Promise<void> {
    await this.find(writer.tenantId, id);
    await this.subscriptions.remove(writer, id);
  }
}

function changed(row: Row, dto: UpdateOs1SubscriptionDto, app: string | null): SubscriptionDraft {
  const { description, webhook, isActive } = dto;
  return toDraft({
    ...toFields(row),
    ...(description === undefined ? {} : { description }),
    ...(webhook?.url === undefined ? {} : { url: webhook.url }),
    ...(isActive === undefined ? {} : { enabled: isActive }),
    sources: sourcesWith({ ...changeWanted(wantedOf(row), dto), app }, row.spec.sources),
  });
}

/** Where the request named an event of the outcome; it may have been there before. */
function eventPath(named: readonly string[] = [], event = ''): string {
  const i = named.findIndex((name) => name.toLowerCase() === event.toLowerCase());
  return i === -1 ? '/events' : `/events/${i}`;
}

/** OS1's subscriptions have no name; people elsewhere know them by their description. */
const nameOf = (description: string | undefined, topic: string): string =>
  [...(description?.trim() ?? '')].slice(0, LIMITS.nameChars.max).join('') || topic;

/** Kept beside the sources, which tell nothing while there are no events. */
const fieldsOf = ({ topic, app }: Wanted, customAttr: boolean) => ({ topic, eventAppId: app, customAttr });
