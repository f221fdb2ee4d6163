import type { QueryRunner } from 'typeorm';

/**
 * Makes an index of a partitioned table, one partition at a time, so that writers wait for the build of one day and never for all of them.
 * Not CONCURRENTLY: that waits for every open transaction, and other starters' stand in line for the migration's lock.
 * To be called outside a transaction. Repeating it after a failure goes on with the partitions that are left.
 */
export async function indexPartitions(runner: QueryRunner, table: string, index: string, definition: string): Promise<void> {
  await runner.query(`CREATE INDEX IF NOT EXISTS ${index} ON ONLY ${table} ${definition}`);
  const left = (await runner.query(
    `SELECT c.relname AS name FROM pg_inherits p JOIN pg_class c ON c.oid = p.inhrelid
     WHERE p.inhparent = '${table}'::regclass AND NOT EXISTS (
       SELECT FROM pg_index x JOIN pg_inherits i ON i.inhrelid = x.indexrelid WHERE x.indrelid = c.oid AND i.inhparent = '${index}'::regclass)
     ORDER BY c.relname`,
  )) as { name: string }[];
  for (const { name } of left) {
    const own = `${name}_${index}`;
    await runner.query(`CREATE INDEX IF NOT EXISTS ${own} ON ${name} ${definition}`);
    await runner.query(`ALTER INDEX ${index} ATTACH PARTITION ${own}`);
  }
}
