import { callbackBody, type CallbackReport } from './callback.js';

const report: CallbackReport = {
  deliveryId: 'dlv_1',
  deliveryUuid: '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f',
  subscriptionId: 'sub_1',
  eventId: 'evt_1',
  eventType: 'package.created',
  resourceType: 'package',
  resourceId: '7',
  data: Buffer.from('{ "a":12345678901234567890 }'),
  number: 2,
  trigger: 'schedule',
  outcome: 'delivered',
  startedAt: '2026-11-21T10:00:00.000Z',
  durationMs: 12,
  status: 200,
  responseBody: 'ok',
  error: null,
};
const parsed = (...args: Parameters<typeof callbackBody>): unknown => JSON.parse(callbackBody(...args).toString());

describe('a callback', () => {
  it('tells of one attempt', () => {
    expect(parsed('standard', report)).toEqual({
      type: 'delivery.attempted',
      deliveryId: 'dlv_1',
      subscriptionId: 'sub_1',
      eventId: 'evt_1',
      eventType: 'package.created',
      resource: { type: 'package', id: '7' },
      attempt: {
        ...{ number: 2, trigger: 'schedule', outcome: 'delivered', startedAt: '2026-11-21T10:00:00.000Z', durationMs: 12 },
        ...{ status: 200, responseBody: 'ok', error: null },
      },
    });
  });

  it('has dj-whisperer’s words where the payloads have its format, with the payload’s bytes as they are', () => {
    const body = callbackBody('whisperer', report);
    expect(body.toString()).toContain('"payload":{ "a":12345678901234567890 }');
    expect(JSON.parse(body.toString())).toMatchObject({
      event_type: 'package.created',
      uuid: '019aa63d03617c8d9e0f1a2b3c4d5e6f',
      instance: { pk: 7, model: 'package' },
      response: { status_code: 200, content: 'ok' },
      delivered: true,
      retry_count: 2,
    });
  });

  it('in those words counts no answer as a 500 and says what happened', () => {
    const failed = {
      ...report,
      status: null,
      responseBody: null,
      outcome: 'retry',
      error: { code: 'dns_error', message: 'No such name.' },
    };
    expect(parsed('whisperer', failed)).toMatchObject({ response: { status_code: 500, content: 'No such name.' }, delivered: false });
  });

  it('names no instance that the event had not', () => {
    const without = { ...report, resourceId: null, data: Buffer.alloc(0) };
    expect(parsed('whisperer', without)).toMatchObject({ instance: null, payload: {} });
    expect(parsed('standard', without)).toMatchObject({ resource: null });
  });
});
