import pg from 'pg';
import { createTestDatabase } from './database.js';
import { addresses } from './service-addresses.js';

describe('the database of a test file', () => {
  it('is a clone of the migrated template, of which there may be many at once', async () => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await first.query('CREATE TABLE only_here (n int)');
    const tables = `SELECT count(*)::int AS n FROM pg_tables WHERE tablename = 'only_here'`;
    expect(await first.query(tables)).toEqual([{ n: 1 }]);
    expect(await second.query(tables)).toEqual([{ n: 0 }]);
    expect((await second.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)).length).toBeGreaterThan(0);
  });

  it('can be dropped under an open connection', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client(database.url);
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    const admin = new pg.Client(addresses().postgresUrl);
    await admin.connect();
    try {
      expect((await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database.name])).rowCount).toBe(0);
    } finally {
      await admin.end();
    }
  });
});
