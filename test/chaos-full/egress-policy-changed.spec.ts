import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from '../support/cleanup.js';
import { eventually } from '../support/eventually.js';
import { publishUntilAccepted } from '../chaos/publisher.js';
import { openStage } from '../chaos/stage.js';
import { RECEIVER_HOST } from '../support/test-settings.js';

describe('a change of what may be dialled', () => {
  it('reaches every connection: one that was kept alive is not used again, and the endpoint gets nothing more', async () => {
    const stage = await openStage({ env: { DISPATCH_PER_SUBSCRIPTION: '1' } });
    let connections = 0;
    let requests = 0;
    const endpoint = createServer((_request, response) => {
      requests++;
      response.end();
    }).on('connection', () => connections++);
    await new Promise<void>((resolve) => endpoint.listen(0, RECEIVER_HOST, resolve));
    atEnd('endpoint', () => {
      endpoint.closeAllConnections();
      endpoint.close();
    });
    const url = `http://${RECEIVER_HOST}:${(endpoint.address() as AddressInfo).port}/kept`;
    await stage.subscribe('kept', { url, failureHandling: { retry: null } });
    const send = async (): Promise<string | null> => {
      const { id } = await publishUntilAccepted(stage.tenant, 'kept');
      return eventually(async () => {
        const [delivery] = await stage.tenant.deliveriesOf(id);
        expect(delivery?.endedAt).toEqual(expect.any(String));
        return delivery!.lastError;
      });
    };

    const before = await stage.dispatcher();
    expect([await send(), await send()]).toEqual([null, null]);
    // The two went over one connection, and it is still open.
    expect([requests, connections]).toEqual([2, 1]);
    const after = stage.dispatcher({ EGRESS_ALLOW_CIDRS: '127.0.0.1/32' });
    await before.stop();
    await after;
    expect(await send()).toBe('blocked_address');
    expect([requests, connections]).toEqual([2, 1]);
  });
});
