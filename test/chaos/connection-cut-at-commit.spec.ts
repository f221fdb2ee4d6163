import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/processes.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import type { TenantApi } from '../support/api.js';
import { publishOnce, publishUntilAccepted } from './publisher.js';
import { openStage, type Stage, through } from './stage.js';

/** The publish statement carries the event's type, so that the proxy can tell it from all others. */
describe('a publish whose connection to Postgres breaks', () => {
  let stage: Stage;
  let proxy: TcpProxy;
  let tenant: TenantApi;

  beforeAll(async () => {
    const database = await createTestDatabase();
    stage = await openStage({ database });
    proxy = await startTcpProxy(Number(new URL(database.url).port));
    const gateway = await startGateway({ ...stage.env, DATABASE_URL: proxy.through(database.url) });
    tenant = through(gateway, stage.tenant);
    await stage.dispatcher();
  });

  const eventsOf = (type: string) => stage.database.query(`SELECT id FROM events WHERE type = $1`, [type]);

  it('before the statement has left is answered 503 and has stored nothing; its repeat makes the event', async () => {
    const subscription = await stage.subscribe('cut-before');
    const cut = proxy.cutBefore('cut-before');
    const refused = await publishOnce(tenant, 'cut-before', 'key-before');
    await cut;
    expect(refused).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(await eventsOf('cut-before')).toHaveLength(0);

    const repeat = await publishUntilAccepted(tenant, 'cut-before', 'key-before');
    expect(repeat.isDuplicate).toBe(false);
    stage.ledger.expect(repeat.id, [subscription]);
    await stage.ledger.check({ duplicates: 0 });
  });

  it('after the statement has left is answered 503 though it was stored; its repeat finds that event and makes no second', async () => {
    const subscription = await stage.subscribe('cut-after');
    const cut = proxy.cutAfter('cut-after');
    const unknown = await publishOnce(tenant, 'cut-after', 'key-after');
    await cut;
    expect(unknown).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });

    const arrived = await stage.receiver.waitFor(({ path }) => path === '/cut-after');
    const repeat = await publishUntilAccepted(tenant, 'cut-after', 'key-after');
    expect(repeat).toMatchObject({ isDuplicate: true, id: arrived.headers['webhook-id'] });
    expect(await eventsOf('cut-after')).toHaveLength(1);
    stage.ledger.expect(repeat.id, [subscription]);
    await stage.ledger.check({ duplicates: 0 });
  });
});
