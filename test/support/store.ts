import type { DataSource } from 'typeorm';
import { createDataSource, storeOptions } from '../../libs/store/src/data-source.js';
import { atEnd } from './cleanup.js';

/** The stores' connection to a database, as a process has it; closed after the last test of the file. */
export async function connectStore(url: string): Promise<DataSource> {
  const dataSource = await createDataSource(storeOptions({ url, poolSize: 10, name: 'test' })).initialize();
  atEnd('data source', () => dataSource.destroy());
  return dataSource;
}
