import 'reflect-metadata';
import { readSettings } from '#config/settings.js';
import { migrateQueue } from '#queue/connection.js';
import { createDataSource, storeOptions } from '#store/data-source.js';
import { migrate } from '#store/migrate.js';

const settings = readSettings();
const dataSource = await createDataSource(
  storeOptions({ url: settings.DATABASE_URL, poolSize: 4, name: 'tidings-migrate', statementTimeoutMs: 0 }),
).initialize();
const ran = await migrate(dataSource);
await dataSource.destroy();
await migrateQueue(settings);
console.log(ran.length === 0 ? 'The schema is up to date.' : `Migrated: ${ran.join(', ')}.`);
