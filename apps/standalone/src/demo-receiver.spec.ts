import { Webhook } from 'standardwebhooks';
import { startDemoReceiver, type DemoReceiver } from './demo-receiver.js';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
let receiver: DemoReceiver;

beforeEach(async () => {
  receiver = await startDemoReceiver(0, () => SECRET);
});
afterEach(() => receiver.close());

async function send(id: string, secret: string, change: (body: string) => string = (body) => body): Promise<number> {
  const body = JSON.stringify({ id, type: 'order.created', data: { total: 9.5 } });
  const now = new Date();
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, now, body),
  };
  return (await fetch(receiver.url, { method: 'POST', headers, body: change(body) })).status;
}

describe('the demo receiver', () => {
  it('accepts an event that is signed with its secret, and tells whoever waits for it', async () => {
    const waiting = receiver.arrival('evt_1', 5_000);
    expect(await send('evt_1', SECRET)).toBe(204);
    expect(await waiting).toEqual({ eventId: 'evt_1', verified: true });
    expect(await receiver.arrival('evt_1', 0)).toEqual({ eventId: 'evt_1', verified: true });
  });

  it('refuses a signature by another secret, and a body changed by one space', async () => {
    expect(await send('evt_2', `whsec_${Buffer.alloc(32, 2).toString('base64')}`)).toBe(401);
    expect(await receiver.arrival('evt_2', 0)).toEqual({ eventId: 'evt_2', verified: false });
    expect(await send('evt_3', SECRET, (body) => body.replace('{', '{ '))).toBe(401);
  });

  it('refuses what is not an event', async () => {
    expect((await fetch(receiver.url, { method: 'POST', body: 'hello' })).status).toBe(400);
  });

  it('gives up on an event that does not come', async () => {
    expect(await receiver.arrival('evt_4', 10)).toBeUndefined();
  });
});
