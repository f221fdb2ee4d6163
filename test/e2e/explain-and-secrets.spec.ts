import { startStage, untilAllEnded, untilDelivery, type Stage } from './stage.js';

interface Explanation {
  eventId: string | null;
  items: {
    subscriptionId: string;
    matched: boolean;
    verdicts: { check: string; passed: boolean; reason: string }[];
    delivery?: { id: string; state: string; reason: string | null } | null;
    request?: { method: string; url: string; headers: Record<string, string[]>; body: string };
    error?: { code: string };
  }[];
}

describe('an explanation', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });

  it('of a stored event names the verdict that kept it from a subscription, and the delivery to another', async () => {
    const { tenant, receiver } = stage;
    const url = `${receiver.url}/explained`;
    const wanted = await tenant.subscribe({ url, eventTypes: ['order.*'], filter: { '===': [{ var: 'data.state' }, 'paid'] } });
    const filtered = await tenant.subscribe({ url, eventTypes: ['order.*'], filter: { '===': [{ var: 'data.state' }, 'open'] } });
    const elsewhere = await tenant.subscribe({ url, eventTypes: ['invoice.*'] });
    const off = await tenant.subscribe({ url, eventTypes: ['order.*'], enabled: false });
    const { id } = await tenant.publish({ type: 'order.created', data: { state: 'paid' } });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered' });
    const late = await tenant.subscribe({ url, eventTypes: ['order.*'] });

    const { body } = await tenant.send<Explanation>('GET', `/v1/events/${id}/explain`);
    const found = Object.fromEntries(
      body.items.map((item) => [
        item.subscriptionId,
        [item.matched, item.verdicts.filter(({ passed }) => !passed).map(({ check, reason }) => `${check}: ${reason}`), item.delivery],
      ]),
    );
    expect(body.eventId).toBe(id);
    expect(found).toEqual({
      [wanted.id]: [true, [], { id: delivery.id, state: 'delivered', reason: 'acknowledged' }],
      [filtered.id]: [false, ['subscription_filter: filter_false'], null],
      [elsewhere.id]: [false, ['selectors: no_selector_matched'], null],
      [off.id]: [false, ['enabled: disabled'], null],
      [late.id]: [false, ['created_before: created_after_event'], null],
    });
  });

  it('of an event that is not stored shows the very request that each match then gets, and sends nothing', async () => {
    const { tenant, receiver, database } = stage;
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/dry/{/data/id}?state={/data/state}`,
      eventTypes: ['dry.*'],
      headers: { 'X-State': '{/data/state}', Authorization: { value: 'Bearer dry-secret', secret: true } },
      templates: { '*': { state: '{/data/state}', whole: '{/data}' } },
    });
    const event = { type: 'dry.run', data: { id: 'a/b', state: 'paid & sent' } };
    const unfit = { type: 'dry.run', data: { id: null } };
    const explain = async (body: unknown): Promise<Explanation['items'][number]> => {
      const answer = await tenant.send<Explanation>('POST', `/v1/explain?subscription=${subscription.id}`, { body });
      expect(answer).toMatchObject({ status: 200, body: { eventId: null } });
      return answer.body.items[0]!;
    };
    const shown = await explain(event);
    expect(shown).toMatchObject({ matched: true, request: { method: 'POST', headers: { Authorization: ['***'] } } });
    expect(await explain(unfit)).toMatchObject({ matched: true, error: { code: 'template_error' } });
    expect((await explain({ type: 'wet.run', data: {} })).request).toBeUndefined();
    expect(await database.query(`SELECT 1 FROM events WHERE type LIKE '%.run'`)).toEqual([]);

    const { id } = await tenant.publish(event);
    await untilDelivery(tenant, id, { state: 'delivered' });
    const sent = receiver.requests.filter(({ path }) => path.startsWith('/dry/'));
    expect(sent).toHaveLength(1);
    expect(shown.request!.url).toBe(`${receiver.url}${sent[0]!.path}`);
    expect(sent[0]!.path).toBe('/dry/a%2Fb?state=paid%20%26%20sent');
    expect(shown.request!.body).toBe(sent[0]!.body.toString());
    expect(shown.request!.headers['X-State']).toEqual([sent[0]!.headers['x-state']]);
  });

  it('and every other answer and log keeps secrets to itself, while the receiver gets their values', async () => {
    const { tenant, receiver, database, gateway, dispatchers } = stage;
    receiver.on('/secret', { kind: 'answer', status: 500 });
    const secret = 'Bearer s3cr3t-{/data/n}-"value"';
    const alertSecret = 'alert-s3cr3t-value';
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/secret`,
      eventTypes: ['secret'],
      headers: { Authorization: { value: secret, secret: true }, 'X-Open': 'seen' },
      failureHandling: {
        retry: null,
        divert: true,
        alertEndpoint: { url: `${receiver.url}/secret-alert`, headers: { 'X-Alert': { value: alertSecret, secret: true } } },
      },
    });
    const { id } = await tenant.publish({ type: 'secret', data: { n: 1 } });
    const delivery = await untilDelivery(tenant, id, { state: 'diverted' });
    const alert = await receiver.waitFor(({ path }) => path === '/secret-alert');
    expect(receiver.to('/secret')[0]?.headers).toMatchObject({ authorization: secret, 'x-open': 'seen' });
    expect(alert.headers['x-alert']).toBe(alertSecret);

    const one = `/v1/subscriptions/${subscription.id}`;
    const answers = await Promise.all([
      ...['/v1/subscriptions', one, `${one}/secrets`, `${one}/stats`, '/v1/deliveries', `/v1/deliveries/${delivery.id}`].map((path) =>
        tenant.send('GET', path),
      ),
      ...[`/v1/deliveries/${delivery.id}/attempts`, `/v1/diverted`, `/v1/events/${id}`, `/v1/events/${id}/explain`].map((path) =>
        tenant.send('GET', path),
      ),
      tenant.send('POST', '/v1/explain', { body: { type: 'secret', data: {} } }),
      tenant.send('PATCH', one, { body: { description: 'changed' }, headers: { 'if-match': '*' } }),
      tenant.send('POST', `${one}/suspend`, { body: {} }),
      tenant.send('POST', `${one}/duplicate`),
    ]);
    expect(answers.map(({ status }) => status).every((status) => status < 300)).toBe(true);
    expect(JSON.stringify(answers.map(({ body }) => body))).toContain('"Authorization":"***"');
    await untilAllEnded(database);
    const rows =
      await database.query(`SELECT to_jsonb(s)::text AS row FROM subscriptions s UNION ALL SELECT to_jsonb(a)::text FROM attempts a
      UNION ALL SELECT to_jsonb(k)::text FROM signing_secrets k`);
    const places = { answers: JSON.stringify(answers), rows: JSON.stringify(rows), logs: gateway.logs() + dispatchers[0]!.logs() };
    for (const [place, text] of Object.entries(places)) {
      for (const word of ['s3cr3t', subscription.secret.slice('whsec_'.length)]) {
        expect({ place, word, found: text.includes(word) }).toEqual({ place, word, found: false });
      }
    }
  });
});
