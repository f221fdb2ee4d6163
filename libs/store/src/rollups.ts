import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { Rollup } from '#domain/stats/rollup.js';
import { type Logger, LOGGER_TOKEN } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { RollupStore } from './rollup.store.js';

/** Rows in one statement. */
const CHUNK = 1_000;

/**
 * The figures of this process: gathered in memory, added to the database's every few seconds. A process that is killed takes the figures of
 * those seconds with it, and a flush that breaks off after its commit is counted twice: they are figures, and the journal is the truth.
 */
@Injectable()
export class Rollups implements OnApplicationBootstrap {
  readonly figures = new Rollup();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | null = null;
  private isStopped = false;
  private readonly lost;

  constructor(
    private readonly store: RollupStore,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    @Inject(LOGGER_TOKEN) private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.lost = metrics.counter(
      'tidings_figures_lost_total',
      'Rows of figures that could not be written for so long that they were dropped.',
    );
  }

  onApplicationBootstrap(): void {
    this.schedule();
  }

  /** The last flush. Call it when nothing is counted any more and the database is still there. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.flushing;
    await this.flush();
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.flushing = this.flush().finally(() => {
        this.flushing = null;
        if (!this.isStopped) this.schedule();
      });
    }, this.settings.ROLLUP_INTERVAL_MS).unref();
  }

  private async flush(): Promise<void> {
    const rows = this.figures.take();
    while (rows.length > 0) {
      const chunk = rows.splice(0, CHUNK);
      try {
        await this.store.add(chunk);
      } catch (err) {
        this.lost.inc(this.figures.putBack([...chunk, ...rows]));
        this.log.warn({ err }, 'figures.delayed');
        return;
      }
    }
  }
}
