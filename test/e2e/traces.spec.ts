import { randomBytes } from 'node:crypto';
import { freePort } from '../../apps/standalone/src/ports.js';
import { type CollectedSpan, type Collector, startCollector } from '../support/collector.js';
import { eventually } from '../support/eventually.js';
import { scrape } from '../support/metrics.js';
import { isSignedWith, startStage, type Stage, untilAllEnded, untilDelivery } from './stage.js';

/** What a publisher sends that is in the middle of a trace of its own. */
const callers = (sampled = true) => {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-0${sampled ? 1 : 0}` };
};

const RETRY_ONCE = { retry: { kind: 'fixed' as const, delaySeconds: 0.1, maxAttempts: 2 } };

describe('with a collector', () => {
  let stage: Stage;
  let collector: Collector;

  beforeAll(async () => {
    collector = await startCollector();
    stage = await startStage({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20key' },
    });
  });

  /** The spans of a trace, publish first, once there are `count`. */
  const spansOf = (traceId: string, count: number): Promise<CollectedSpan[]> =>
    eventually(() => {
      const spans = collector.spans(traceId).toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
      expect(spans.map(({ name }) => name).toSorted()).toHaveLength(count);
      return spans;
    });
  const named = (spans: CollectedSpan[], name: string): CollectedSpan[] => spans.filter((span) => span.name === name);

  it('the publisher’s trace holds its publish, the fan-out and every attempt, and the receiver is told of each attempt', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/hush-path', [{ kind: 'answer', status: 503 }, { kind: 'answer' }]);
    const { id: subscription, secret } = await tenant.subscribe({
      url: `${receiver.url}/hush-path?token=hush-query`,
      eventTypes: ['walk'],
      headers: { 'x-secret': { value: 'hush-header', secret: true } },
      failureHandling: RETRY_ONCE,
    });
    const { traceId, spanId, traceparent } = callers();
    const { id } = await tenant.publish({ type: 'walk', data: { hush: 'hush-body' } }, { traceparent });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 2 });
    const spans = await spansOf(traceId, 4);

    const [publish] = named(spans, 'publish');
    expect(publish).toMatchObject({ parentSpanId: spanId, kind: 'server', service: 'tidings-gateway', hasFailed: false });
    expect(publish!.attributes).toMatchObject({
      'messaging.message.id': id,
      'tidings.tenant.id': tenant.id,
      'messaging.operation.name': 'publish',
    });
    const [fanOut] = named(spans, 'fan-out');
    expect(fanOut).toMatchObject({ parentSpanId: publish!.spanId, kind: 'internal', service: 'tidings-dispatcher' });
    expect(fanOut!.attributes).toMatchObject({ 'messaging.message.id': id, 'tidings.deliveries': 1 });

    const attempts = named(spans, 'attempt');
    expect(attempts).toEqual([
      expect.objectContaining({ parentSpanId: publish!.spanId, kind: 'client', hasFailed: true }),
      expect.objectContaining({ parentSpanId: publish!.spanId, kind: 'client', hasFailed: false }),
    ]);
    const facts = {
      'tidings.delivery.id': delivery.id,
      'tidings.subscription.id': subscription,
      'tidings.tenant.id': tenant.id,
      'http.request.method': 'POST',
      'server.address': receiver.host,
      'server.port': receiver.port,
    };
    expect(attempts.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ ...facts, 'tidings.attempt.number': 1, 'http.response.status_code': 503, 'error.type': '503' }),
      expect.objectContaining({
        ...facts,
        'tidings.attempt.number': 2,
        'http.response.status_code': 200,
        'tidings.attempt.outcome': 'delivered',
      }),
    ]);
    const requests = receiver.to('/hush-path');
    expect(requests.map(({ headers }) => headers['traceparent'])).toEqual(attempts.map((one) => `00-${traceId}-${one.spanId}-01`));
    for (const request of requests) expect(isSignedWith(secret, request)).toBe(true);
    expect(collector.said()).not.toContain('hush');
    expect(collector.receiver.to('/v1/traces')[0]?.headers).toMatchObject({ authorization: 'Bearer key' });
  });

  it('a resent delivery stays in the trace of its event', async () => {
    const { tenant, receiver } = stage;
    await tenant.subscribe({ url: `${receiver.url}/again`, eventTypes: ['again'] });
    const { traceId, traceparent } = callers();
    const { id } = await tenant.publish({ type: 'again', data: {} }, { traceparent });
    const { id: delivery } = await untilDelivery(tenant, id, { state: 'delivered' });
    await tenant.resend(delivery);
    const attempts = named(await spansOf(traceId, 4), 'attempt');
    expect(attempts.map(({ attributes }) => attributes['tidings.attempt.trigger'])).toEqual(['schedule', 'manual']);
    expect(attempts.map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([undefined, 1]);
  });

  it('a request that never had an answer has the failure’s code for its error', async () => {
    const { tenant } = stage;
    const port = await freePort();
    await tenant.subscribe({
      url: `http://127.0.0.1:${port}/`,
      eventTypes: ['refused'],
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 1, maxAttempts: 1 } },
    });
    const { traceId, traceparent } = callers();
    await tenant.publish({ type: 'refused', data: {} }, { traceparent });
    const [attempt] = named(await spansOf(traceId, 3), 'attempt');
    expect(attempt!.hasFailed).toBe(true);
    expect(attempt!.attributes).toMatchObject({
      'error.type': 'connection_refused',
      'tidings.attempt.outcome': 'failed',
      'server.port': port,
    });
    expect(attempt!.attributes).not.toHaveProperty('http.response.status_code');
  });

  it.each([
    ['is none', 'nonsense'],
    ['has ids of zeros', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
    ['is absent', undefined],
  ])('a trace begins with the publish when traceparent %s', async (_, traceparent) => {
    const { tenant } = stage;
    const { id } = await tenant.publish({ type: 'nobody', data: {} }, traceparent === undefined ? {} : { traceparent });
    await eventually(() => {
      const own = collector.spans().filter(({ attributes }) => attributes['messaging.message.id'] === id);
      expect(own.map(({ name }) => name).toSorted()).toEqual(['fan-out', 'publish']);
      const [publish, fanOut] = ['publish', 'fan-out'].map((name) => named(own, name)[0]!);
      expect(publish).not.toHaveProperty('parentSpanId');
      expect(fanOut).toMatchObject({ traceId: publish!.traceId, parentSpanId: publish!.spanId });
    });
  });

  it('a refused publish is a span with its code, which is no failure', async () => {
    const { traceId, traceparent } = callers();
    const answer = await stage.tenant.send('POST', '/v1/events', { body: { type: 'no data' }, headers: { traceparent } });
    expect(answer.status).toBe(422);
    const [publish] = await spansOf(traceId, 1);
    expect(publish).toMatchObject({ hasFailed: false, attributes: { 'error.type': 'invalid' } });
  });

  it('a batch is one publish, to which all of its events belong', async () => {
    const { traceId, traceparent } = callers();
    const events = [{ type: 'nobody', data: 1 }, { type: 'nobody', data: 2 }, { type: 'no data' }];
    const answer = await stage.tenant.send('POST', '/v1/events/batch', { body: { events }, headers: { traceparent } });
    expect(answer.status).toBe(207);
    const spans = await spansOf(traceId, 3);
    const [publish] = named(spans, 'publish');
    expect(publish!.attributes).toMatchObject({ 'messaging.batch.message_count': 3, 'tidings.batch.refused': 1 });
    expect(named(spans, 'fan-out').map(({ parentSpanId }) => parentSpanId)).toEqual([publish!.spanId, publish!.spanId]);
  });

  it('a subscription’s own traceparent is the one that leaves', async () => {
    const { tenant, receiver } = stage;
    await tenant.subscribe({ url: `${receiver.url}/own`, eventTypes: ['own'], headers: { Traceparent: 'mine' } });
    const { id } = await tenant.publish({ type: 'own', data: {} });
    await untilDelivery(tenant, id, { state: 'delivered' });
    expect(receiver.to('/own').map(({ headers }) => headers['traceparent'])).toEqual(['mine']);
  });

  it('a trace that its publisher does not sample is not told of, and the receiver learns that', async () => {
    const { tenant, receiver } = stage;
    await tenant.subscribe({ url: `${receiver.url}/unsampled`, eventTypes: ['unsampled'] });
    const [unsampled, sampled] = [callers(false), callers()];
    const { id } = await tenant.publish({ type: 'unsampled', data: {} }, { traceparent: unsampled.traceparent });
    await untilDelivery(tenant, id, { state: 'delivered' });
    await tenant.publish({ type: 'unsampled', data: {} }, { traceparent: sampled.traceparent });
    await spansOf(sampled.traceId, 3);
    expect(collector.spans(unsampled.traceId)).toEqual([]);
    expect(receiver.to('/unsampled')[0]?.headers['traceparent']).toMatch(new RegExp(`^00-${unsampled.traceId}-[0-9a-f]{16}-00$`));
  });

  it('what is left is handed over when the processes stop', async () => {
    const own = await startCollector();
    const { tenant, receiver, gateway, dispatchers } = await startStage({
      env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${own.url}/v1/traces`, SEND_TRACEPARENT: 'false' },
    });
    await tenant.subscribe({ url: `${receiver.url}/last` });
    const { traceId, traceparent } = callers();
    const { id } = await tenant.publish({ type: 'last', data: {} }, { traceparent });
    await untilDelivery(tenant, id, { state: 'delivered' });
    await Promise.all([gateway, ...dispatchers].map((one) => one.stop()));
    expect(
      own
        .spans(traceId)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['attempt', 'fan-out', 'publish']);
    // SEND_TRACEPARENT is off here.
    expect(receiver.requests.map(({ headers }) => headers['traceparent'])).toEqual([undefined]);
  });
});

describe('with a collector that takes nothing', () => {
  it.each([
    ['is not there', async () => `http://127.0.0.1:${await freePort()}`],
    [
      'never answers',
      async () => {
        const { url, receiver } = await startCollector();
        receiver.on('*', { kind: 'silence' });
        return url;
      },
    ],
  ])('that %s events are delivered, and a stop waits for it only for a moment', async (_, collectorUrl) => {
    const { tenant, receiver, gateway, dispatchers, database } = await startStage({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: await collectorUrl() },
    });
    await tenant.subscribe({ url: `${receiver.url}/x` });
    await Promise.all(Array.from({ length: 50 }, (_, data) => tenant.publish({ type: 'x', data })));
    await untilAllEnded(database);
    expect(receiver.to('/x')).toHaveLength(50);
    // The collector is told in vain: that costs spans and nothing else.
    await eventually(async () => expect((await scrape(gateway.metricsUrl)).value('tidings_spans_total', { result: 'failed' })).toBe(50), {
      timeoutMs: 20_000,
    });
    const ended = await Promise.all([gateway, ...dispatchers].map((one) => one.stop('SIGTERM', 20_000)));
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    expect(gateway.logs()).toContain('traces.unsent');
  });
});

describe('without a collector', () => {
  it('no trace is kept, sent or told of', async () => {
    const { tenant, receiver, database, gateway } = await startStage();
    await tenant.subscribe({ url: `${receiver.url}/x` });
    const { id } = await tenant.publish({ type: 'x', data: {} }, { traceparent: callers().traceparent });
    await untilDelivery(tenant, id, { state: 'delivered' });
    expect(receiver.to('/x')[0]?.headers).not.toHaveProperty('traceparent');
    expect(await database.query('SELECT traceparent FROM events')).toEqual([{ traceparent: null }]);
    const { samples } = await scrape(gateway.metricsUrl);
    expect(samples.filter(({ name }) => name === 'tidings_spans_total')).toEqual([]);
  });
});
