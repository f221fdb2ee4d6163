import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { publishOnce, publishUntilAccepted } from './publisher.js';
import { openStage, type Stage } from './stage.js';

describe('a publish that Postgres breaks off for the sake of another transaction', () => {
  let database: TestDatabase;
  let stage: Stage;

  beforeAll(async () => {
    database = await createTestDatabase();
    stage = await openStage({ database });
    await stage.dispatcher();
    // A sequence counts on though its transaction is rolled back.
    await database.query('CREATE SEQUENCE tries');
    await database.query(`CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.type = TG_ARGV[0] AND nextval('tries') <= TG_ARGV[1]::int THEN RAISE EXCEPTION 'overtaken' USING ERRCODE = TG_ARGV[2]; END IF;
        RETURN NEW;
      END $$`);
  });

  const breakOff = async (type: string, times: number, code: string): Promise<void> => {
    await database.query('ALTER SEQUENCE tries RESTART');
    await database.query(
      `CREATE OR REPLACE TRIGGER break_off BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION break_off('${type}', ${times}, '${code}')`,
    );
  };

  it.each(['40P01', '40001'])('with %s is tried three times in all; then it is answered 503 and has stored nothing', async (code) => {
    const [saved, refused] = [`saved-${code}`, `refused-${code}`];
    const subscription = await stage.subscribe(saved, { eventTypes: [saved, refused] });
    await breakOff(saved, 2, code);
    const third = await publishOnce(stage.tenant, saved);
    expect(third).toMatchObject({ status: 202, isDuplicate: false });
    stage.ledger.expect(third.id!, [subscription]);

    await breakOff(refused, 3, code);
    expect(await publishOnce(stage.tenant, refused, refused)).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(await database.query('SELECT 1 FROM events WHERE type = $1', [refused])).toEqual([]);
    const repeat = await publishUntilAccepted(stage.tenant, refused, refused);
    expect(repeat.isDuplicate).toBe(false);
    stage.ledger.expect(repeat.id, [subscription]);
    await stage.ledger.check({ duplicates: 0 });
  });

  it('in a real deadlock over two keys is accepted all the same', async () => {
    await stage.subscribe('crossing');
    const other = new pg.Client(database.url);
    await other.connect();
    const take = (key: string) =>
      other.query(`INSERT INTO event_keys (tenant_id, key, event_id, fingerprint) SELECT id, $1, id, '' FROM tenants`, [`i:${key}`]);
    await other.query('SET deadlock_timeout = 60000');
    await other.query('BEGIN');
    await take('b');
    const batch = stage.tenant.send<unknown>('POST', '/v1/events/batch', {
      body: { events: ['a', 'b'].map((id) => ({ id, type: 'crossing', data: {} })) },
    });
    await eventually(async () => {
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      expect(await database.query(waiting)).toHaveLength(1);
    });
    // It has `a` and waits for `b`; we have `b` and wait for `a`: Postgres breaks it off, for only it looks for deadlocks.
    await take('a');
    await other.query('ROLLBACK');
    await other.end();
    expect(await batch).toMatchObject({ status: 202, body: { items: [{ id: 'a' }, { id: 'b' }] } });
    await eventually(async () => {
      const ended = `SELECT 1 FROM deliveries WHERE event_type = 'crossing' AND ended_at IS NOT NULL`;
      expect(await database.query(ended)).toHaveLength(2);
    });
    const arrived = stage.receiver.to('/crossing').map(({ headers }) => headers['webhook-id']);
    expect(arrived.toSorted()).toEqual(['a', 'b']);
  });
});
