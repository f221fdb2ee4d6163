import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { Metrics } from '#observability/metrics.js';
import type { Published } from '#store/publish.store.js';
import { Rollups } from '#store/rollups.js';
import { Inject, Injectable } from '@nestjs/common';

/** What is counted of publishing. */
@Injectable()
export class PublishFigures {
  private readonly published;

  constructor(
    private readonly metrics: Metrics,
    private readonly rollups: Rollups,
    @Inject(SETTINGS_TOKEN) settings: Settings,
  ) {
    this.published = metrics.counter('tidings_events_published_total', 'Events that were answered for, by whether they were new.', [
      'kind',
    ]);
    for (const kind of ['accepted', 'duplicate']) this.published.inc({ kind }, 0);
    metrics.gauge(
      'tidings_publishes_limit',
      'Publishes that may be under way at once (PUBLISH_CONCURRENCY).',
      () => settings.PUBLISH_CONCURRENCY,
    );
  }

  /** `read`: how many publishes are under way. */
  watch(read: () => number): void {
    this.metrics.gauge('tidings_publishes_in_flight', 'Publishes under way.', read);
  }

  /** `tookMs`: until it was committed. */
  answered(tenantId: string, { kind }: Published, tookMs: number): void {
    this.published.inc({ kind });
    this.metrics.observeStage('publish', tookMs);
    if (kind === 'accepted') this.rollups.figures.accepted(tenantId);
  }
}
