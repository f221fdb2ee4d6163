import { parseId } from '../../libs/domain/src/ids.js';
import type { Delivery } from '../support/api-shapes.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, gate, patch, startStage, type Stage, untilDelivery } from './stage.js';

interface Body {
  sent: boolean;
  contentType: string;
  bytes: number;
  encoding: 'utf8' | 'base64';
  body: string;
}

describe('the body of a delivery', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });

  const bodyOf = async ({ id }: Delivery): Promise<Body> => {
    const { status, body } = await stage.tenant.send<Body>('GET', `/v1/deliveries/${id}/body`);
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  };

  it('is what its template made at first, whatever the template says since', async () => {
    const { tenant, receiver } = stage;
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/templated`,
      eventTypes: ['templated'],
      headers: { 'content-type': 'application/vnd.shop+json' },
      templates: { '*': { n: '{/data/n}', at: '{/event/timestamp}', says: 'grüß dich' } },
    });
    const { id } = await tenant.publish({ type: 'templated', data: { n: 7 } });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered' });
    await patch(tenant, subscription, { templates: { '*': { other: true } }, headers: {} });
    const [sent] = receiver.to('/templated');
    expect(await bodyOf(delivery)).toEqual({
      sent: true,
      contentType: 'application/vnd.shop+json',
      bytes: sent!.body.length,
      encoding: 'utf8',
      body: sent!.body.toString(),
    });
  });

  it('is the default one that was sent although there is a template by now', async () => {
    const { tenant, receiver } = stage;
    const subscription = await tenant.subscribe({ url: `${receiver.url}/default`, eventTypes: ['default'] });
    const { body: published } = await tenant.send<{ id: string }>('POST', '/v1/events', { body: '{"type":"default","data":{"n": 1.50}}' });
    const delivery = await untilDelivery(tenant, published.id, { state: 'delivered' });
    await patch(tenant, subscription, { templates: { '*': '{/data}' } });
    const sent = receiver.to('/default')[0]!.body.toString();
    expect(sent).toContain('"data":{"n": 1.50}');
    expect(await bodyOf(delivery)).toMatchObject({ sent: true, body: sent });
  });

  it('is what will be sent as long as nothing was', async () => {
    const { tenant, receiver } = stage;
    const { opened, open } = gate();
    receiver.on('/busy', { kind: 'answer', after: opened });
    const url = `${receiver.url}/busy`;
    const subscription = await tenant.subscribe({ url, eventTypes: ['busy'], maxConcurrency: 1, templates: { '*': { is: 'old' } } });
    await tenant.publish({ type: 'busy', data: 1 });
    await receiver.waitFor(({ path }) => path === '/busy');
    const { id } = await tenant.publish({ type: 'busy', data: 2 });
    const waiting = await eventually(async () => {
      const delivery = await deliveryOf(tenant, id);
      expect(delivery).toMatchObject({ state: 'pending', attemptCount: 0 });
      return delivery!;
    });
    await patch(tenant, subscription, { templates: { '*': { is: 'new' } } });
    expect(await bodyOf(waiting)).toMatchObject({ sent: false, body: '{"is":"new"}' });
    open();
    await untilDelivery(tenant, id, { state: 'delivered' });
    expect(await bodyOf(waiting)).toMatchObject({ sent: true, body: '{"is":"new"}' });
  });

  it('comes as base64 where it is no text', async () => {
    const { tenant, receiver, database } = stage;
    await tenant.subscribe({ url: `${receiver.url}/bytes`, eventTypes: ['bytes'], templates: { '*': { a: 1 } } });
    const { id } = await tenant.publish({ type: 'bytes', data: 1 });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered' });
    for (const bytes of [Buffer.from([0xff, 0x27, 0x0a]), Buffer.from('a\0b')]) {
      await database.query('UPDATE delivery_bodies SET body = $2 WHERE delivery_id = $1', [parseId('dlv', delivery.id), bytes]);
      expect(await bodyOf(delivery)).toMatchObject({ encoding: 'base64', bytes: 3, body: bytes.toString('base64') });
    }
  });

  it('is refused where the event does not fit the templates, and gone for good once the payload is expunged', async () => {
    const { tenant, receiver } = stage;
    const to = { eventTypes: ['personal'], failureHandling: { retry: null } };
    const well = await tenant.subscribe({ ...to, url: `${receiver.url}/personal`, templates: { '*': { name: '{/data/name}' } } });
    const unfit = await tenant.subscribe({ ...to, url: `${receiver.url}/unfit/{/data/age}` });
    const { id } = await tenant.publish({ type: 'personal', data: { name: 'Jane' } });
    const delivered = await untilDelivery(tenant, id, { state: 'delivered' }, well.id);
    const failed = await untilDelivery(tenant, id, { state: 'failed' }, unfit.id);
    const ask = async (delivery: Delivery) => {
      const { status, body } = await tenant.send<{ code: string }>('GET', `/v1/deliveries/${delivery.id}/body`);
      return [status, body.code];
    };
    expect(await ask(failed)).toEqual([422, 'template_error']);
    expect(await bodyOf(delivered)).toMatchObject({ body: '{"name":"Jane"}' });
    await tenant.send('POST', `/v1/events/${id}/expunge`);
    expect(await ask(delivered)).toEqual([410, 'payload_expunged']);
    expect(await ask(failed)).toEqual([410, 'payload_expunged']);
  });
});
