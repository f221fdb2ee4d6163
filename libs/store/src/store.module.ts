import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { createDataSource, hotPoolOf, poolOf, storeOptions } from './data-source.js';
import { closeIdleWhenOneIsSilent } from './silent-connections.js';
import { Rollups } from './rollups.js';
import { StoreMetrics } from './store-metrics.js';
import { STORES } from './stores.js';

/** Postgres for one process: the data source and every store, each injectable by its class; the figures it gathers, and its metrics. */
@Global()
@Module({})
export class StoreModule {
  static forProcess(name: string): DynamicModule {
    return {
      module: StoreModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [SETTINGS_TOKEN],
          useFactory: (settings: Settings) => ({
            ...storeOptions({ url: settings.DATABASE_URL, poolSize: settings.DATABASE_POOL_SIZE, name }),
          }),
          dataSourceFactory: async (options) => {
            const dataSource = await createDataSource(options!).initialize();
            for (const pool of [poolOf(dataSource), hotPoolOf(dataSource)]) closeIdleWhenOneIsSilent(pool);
            return dataSource;
          },
        }),
      ],
      providers: [...STORES, Rollups, StoreMetrics],
      exports: [...STORES, Rollups],
    };
  }
}
