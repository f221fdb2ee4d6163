import { formatId } from '../../libs/domain/src/ids.js';
import { startStage, untilFannedOut, type Stage } from '../e2e/stage.js';
import type { Delivery, NewEvent } from '../support/api-shapes.js';
import { type Answer, caller, operator, type Operator } from '../support/api.js';
import { CREATE_REQUEST, parseExample } from './contensis-document.js';

export const PROJECT = '/api/management/projects/movies/events/webhooks/subscriptions';

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Webhook {
  id: string;
  name: unknown;
  description?: unknown;
  url: string;
  method?: string;
  enabled: boolean;
  topics: Record<string, unknown>[];
  headers: Record<string, { value?: string; secret?: boolean }>;
  templates: Record<string, unknown>;
  ui?: boolean;
  version: { createdBy: string; created: string; modifiedBy: string; modified: string; versionNo: string };
}

export interface ContensisError {
  logId: string;
  message: string;
  data: { field: string; message: string }[];
  type: string;
}

/** What a refusal of this type looks like. */
export const errorOf = (type: string) => ({
  logId: expect.stringMatching(UUID),
  message: expect.any(String),
  data: expect.any(Array),
  type,
});

/** The product with the tenant `movies` on it, spoken to as Contensis' clients do. */
export interface ContensisStage extends Stage {
  operator: Operator;
  /** With the tenant's key and any body; a string goes out as it is. */
  call: <T = Webhook>(method: string, path: string, body?: unknown, key?: string) => Promise<Answer<T>>;
  /** POSTs the document's own body, but to our receiver's `/other`, with these members in place of its own, and expects a 201. */
  create: (changes?: Record<string, unknown>) => Promise<Webhook>;
  /** Publishes, waits for the fan-out, and returns the deliveries to the subscription. */
  deliveriesFor: (webhook: Webhook, event: NewEvent) => Promise<Delivery[]>;
}

export async function startContensis(): Promise<ContensisStage> {
  const stage = await startStage();
  const root = operator(stage.gateway.url);
  const tenant = await root.tenant('movies');
  const call = <T = Webhook>(method: string, path: string, body?: unknown, key = tenant.key): Promise<Answer<T>> =>
    caller(stage.gateway.url, key)<T>(method, path, body === undefined ? {} : { body });
  const create = async (changes: Record<string, unknown> = {}): Promise<Webhook> => {
    const { status, body } = await call('POST', PROJECT, {
      ...parseExample(CREATE_REQUEST),
      url: `${stage.receiver.url}/other`,
      ...changes,
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    return body;
  };
  const deliveriesFor = async (webhook: Webhook, event: NewEvent): Promise<Delivery[]> => {
    const { id } = await tenant.publish(event);
    await untilFannedOut(stage.database);
    return (await tenant.deliveriesOf(id)).filter(({ subscriptionId }) => subscriptionId === nativeId(webhook));
  };
  return { ...stage, tenant, operator: root, call, create, deliveriesFor };
}

/** What the native API calls it. */
export const nativeId = ({ id }: { id: string }): string => formatId('sub', id);

type Facts = Record<string, unknown>;

/** An event of Contensis as its publisher hands it to POST /v1/events. */
export function resourceEvent(resourceType: string, name: string, resource: Facts = {}, event: Facts = {}): NewEvent {
  return {
    type: `${resourceType}.${name}`,
    data: null,
    resource: { type: resourceType, id: 'a1', ...resource },
    event: { name, ...event },
    user: { id: 'u1', username: 't.durden', firstname: 'Tyler', lastname: 'Durden' },
  };
}

/** One of an entry: a French blog entry of t.durden's unless `sys` says otherwise. */
export function entryEvent(name: string, sys: Facts = {}, event: Facts = {}): NewEvent {
  const resource = {
    sys: { id: '8f2d', contentTypeId: 'blog', language: 'fr-FR', owner: 't.durden', projectId: 'movies', ...sys },
    entryTitle: 'Fight Club',
    entryDescription: 'A film',
    department: 'Reviews',
    headline: 'Rules',
  };
  return resourceEvent('entry', name, resource, event);
}
