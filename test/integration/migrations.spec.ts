import type { DataSource } from 'typeorm';
import { ENTITIES } from '../../libs/store/src/entities/entities.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { runMigrate } from '../support/processes.js';
import { connectStore } from '../support/store.js';

interface ColumnRow {
  table_name: string;
  column_name: string;
  is_nullable: 'YES' | 'NO';
  has_default: boolean;
}

describe('the migrations', () => {
  let db: TestDatabase;
  let runs: { code: number | null; logs: string }[];

  beforeAll(async () => {
    // An empty database, and four that want to migrate it at once, as when a deployment starts several pods.
    db = await createTestDatabase('template1');
    runs = await Promise.all(Array.from({ length: 4 }, () => runMigrate({ DATABASE_URL: db.url })));
  });

  it('let one of many work while the others wait, and all succeed', () => {
    expect(runs.map(({ code, logs }) => (code === 0 ? 0 : logs))).toEqual([0, 0, 0, 0]);
    const said = runs.map(({ logs }) => (logs.includes('Migrated: Foundation') ? 'worked' : logs.includes('up to date') ? 'waited' : logs));
    expect(said.sort()).toEqual(['waited', 'waited', 'waited', 'worked']);
  });

  it('run once', async () => {
    const rows = await db.query<{ name: string; count: string }>('SELECT name, count(*) FROM migrations GROUP BY name HAVING count(*) > 1');
    expect(rows).toEqual([]);
    expect((await runMigrate({ DATABASE_URL: db.url })).logs).toContain('up to date');
  });

  it('leave the queue its own schema', async () => {
    const rows = await db.query(`SELECT 1 FROM information_schema.tables WHERE table_schema = 'bullmq'`);
    expect(rows.length).toBeGreaterThan(0);
  });

  describe('and the entities agree', () => {
    let columns: Map<string, ColumnRow>;
    let store: DataSource;

    beforeAll(async () => {
      store = await connectStore(db.url);
      const rows = await db.query<ColumnRow>(
        `SELECT table_name, column_name, is_nullable, column_default IS NOT NULL OR is_identity = 'YES' AS has_default
         FROM information_schema.columns WHERE table_schema = 'public'`,
      );
      columns = new Map(rows.map((row) => [`${row.table_name}.${row.column_name}`, row]));
    });

    it('on every column’s name and on whether it may be null', () => {
      const known = store.entityMetadatas.flatMap(({ tableName, columns: own }) =>
        own.map(({ databaseName, isNullable }) => [`${tableName}.${databaseName}`, isNullable ? 'YES' : 'NO']),
      );
      expect(known.length).toBeGreaterThan(ENTITIES.length);
      expect(known.map(([name]) => [name, columns.get(name!)?.is_nullable ?? 'missing'])).toEqual(known);
    });

    it('on what has to be given: no required column without a default is unknown to its entity', () => {
      const tables = new Set(store.entityMetadatas.map(({ tableName }) => tableName));
      const known = new Set(
        store.entityMetadatas.flatMap(({ tableName, columns: own }) => own.map((column) => `${tableName}.${column.databaseName}`)),
      );
      const required = [...columns.values()].filter((row) => tables.has(row.table_name) && row.is_nullable === 'NO' && !row.has_default);
      expect(required.map((row) => `${row.table_name}.${row.column_name}`).filter((name) => !known.has(name))).toEqual([]);
    });

    it('on the types of their columns', async () => {
      const sql = await store.driver.createSchemaBuilder().log();
      const typed = sql.upQueries.map(({ query }) => query).filter((query) => /ADD "|DROP COLUMN|ALTER COLUMN .* TYPE/.test(query));
      // What TypeORM would add or retype; indexes and keys are the migrations' own business.
      expect(typed.filter((query) => !query.includes('CONSTRAINT'))).toEqual([]);
    });
  });
});
