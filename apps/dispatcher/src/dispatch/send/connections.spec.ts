import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseAllowList } from '#domain/address-policy.js';
import { Dialer } from './dial.js';
import type { OutgoingRequest } from './outgoing-request.js';
import { createResolve } from './resolve.js';
import { Sender } from './sender.js';

const HOST = '127.0.0.10';

describe('connections that wait', () => {
  const servers: Server[] = [];
  let open = 0;

  async function startServer(): Promise<string> {
    const server = createServer((_request, response) => void response.end('x'));
    server.on('connection', (socket) => {
      open++;
      socket.once('close', () => open--);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    return `http://${HOST}:${(server.address() as AddressInfo).port}/`;
  }
  afterAll(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  const requestTo = (url: string): OutgoingRequest => ({
    method: 'POST',
    url,
    headers: {},
    body: Buffer.from('x'),
    timeoutMs: 5_000,
    tls: { verify: true },
  });
  /** The server's own count lags behind by the time a FIN takes. */
  const untilOpen = async (count: number): Promise<void> => {
    while (open !== count) await new Promise((resolve) => setImmediate(resolve));
  };

  it('are bounded per origin and in all, the oldest going first', async () => {
    const sender = new Sender(new Dialer({ allow: parseAllowList([`${HOST}/32`]) }, createResolve()), { perOrigin: 2, total: 3 });
    const [one, other] = [await startServer(), await startServer()];
    const sendAtOnce = (url: string, count: number) => Promise.all(Array.from({ length: count }, () => sender.send(requestTo(url))));
    await sendAtOnce(one, 5);
    await untilOpen(2);
    await sendAtOnce(other, 5);
    await untilOpen(3);
    const [young, old] = [await sender.send(requestTo(other)), await sender.send(requestTo(one))];
    expect([young, old]).toMatchObject([{ timings: { connectMs: null } }, { timings: { connectMs: null } }]);
    sender.destroy();
    await untilOpen(0);
  });
});
