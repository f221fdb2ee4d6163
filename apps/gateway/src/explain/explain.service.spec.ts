import { newUuid } from '#store/new-id.js';
import type { RegistryStore } from '#store/registry.store.js';
import { scanJson } from '#domain/json/scan.js';
import { readNativeEvent } from '../publish/native-event.js';
import type { SubscriptionFields } from '../subscriptions/subscription-fields.js';
import { draftOf } from '../subscriptions/to-draft.js';
import { asStored } from './as-stored.js';
import { ExplainService } from './explain.service.js';

const TENANT = newUuid();
const DRAFT: SubscriptionFields = { name: 'Draft', url: 'https://example.com/{/resource/id}' };

/** A draft is explained without a database but for what publishers have registered: here, nothing. */
const service = (): ExplainService => {
  const nothing = {} as never;
  const registry: Pick<RegistryStore, 'load'> = { load: async () => ({ apps: [], types: [] }) };
  return new ExplainService(nothing, nothing, nothing, registry as RegistryStore);
};

const explain = (fields: Partial<SubscriptionFields> = {}, replaced: Parameters<ExplainService['explainDraft']>[3] = null) => {
  const raw = Buffer.from(JSON.stringify({ type: 'order.created', resource: { type: 'order', id: '42' }, data: { state: 'paid' } }));
  return service().explainDraft(asStored(TENANT, raw, readNativeEvent(raw, scanJson(raw))), draftOf({ ...DRAFT, ...fields }), [], replaced);
};

const failed = ({ verdicts }: Awaited<ReturnType<typeof explain>>) => verdicts.filter(({ passed }) => !passed).map(({ check }) => check);

describe('the explanation of a draft', () => {
  it('shows the request that an event would get, secrets masked', async () => {
    const { matched, request } = await explain({ headers: { 'X-State': '{/data/state}', 'X-Key': { value: 'hidden', secret: true } } });
    expect([matched, request?.url]).toEqual([true, 'https://example.com/42']);
    expect(request?.headers).toMatchObject({ 'X-State': ['paid'], 'X-Key': ['***'] });
    expect(JSON.stringify(request)).not.toContain('hidden');
  });

  it('shows the request also where a check fails, and which', async () => {
    const explained = await explain({ filter: { '===': [{ var: 'data.state' }, 'open'] } });
    expect([explained.matched, failed(explained), explained.request?.method]).toEqual([false, ['subscription_filter'], 'POST']);
  });

  it('keeps the suspension of the subscription that it would replace', async () => {
    const id = newUuid();
    const explained = await explain({}, { id, suspendedAt: new Date() });
    expect([explained.subscriptionId, failed(explained)]).toEqual([expect.stringMatching(/^sub_/), ['not_suspended']]);
    expect(failed(await explain({}, { id, suspendedAt: null }))).toEqual([]);
  });

  it('says why no request can be made for the event', async () => {
    const { request, error } = await explain({ url: 'https://example.com/{/resource/owner}' });
    expect([request, error?.code]).toEqual([undefined, 'template_error']);
  });
});
