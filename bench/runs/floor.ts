import type { Options } from '../command-line.js';
import type { Report } from '../report.js';
import { openStage } from '../stage/stage.js';
import { CLIENT_NAMES, measureClient, measureInsert, warmFloors } from './floors.js';

/** The bare loops alone: what this machine gives today. */
export async function floorOnly(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: undefined, env: {} });
  const report: Report = { title: 'bare loops, nothing of the product', rows: [], faults: [] };
  try {
    await warmFloors(stage, { ...options, bytes: options.bytes[0] ?? 1_000 });
    for (const bytes of options.bytes) {
      const load = { ...options, bytes };
      const group = `${bytes.toLocaleString('en-US')} B`;
      for (const client of CLIENT_NAMES) {
        const { post, queue, halfLoad } = await measureClient(stage, client, load);
        report.rows.push(
          { group, what: `POST loop, ${client}`, value: post.done / post.seconds, unit: '/s' },
          { group, what: `POST loop, ${client}: CPU`, value: (post.cpuSeconds * 1e6) / post.done, unit: 'µs' },
          { group, what: `BullMQ loop, ${client}`, value: queue.done / queue.seconds, unit: '/s' },
          { group, what: `BullMQ loop, ${client}: CPU`, value: (queue.cpuSeconds * 1e6) / queue.done, unit: 'µs' },
          { group, what: `BullMQ loop, ${client}: add to arrival p50, half load`, value: halfLoad.p50, unit: 'ms' },
          { group, what: `BullMQ loop, ${client}: add to arrival p99, half load`, value: halfLoad.p99, unit: 'ms' },
        );
      }
      const { acceptedPerSecond, full } = await measureInsert(stage, load, 100);
      report.rows.push(
        { group, what: 'route with one committed insert', value: acceptedPerSecond, unit: '/s' },
        { group, what: 'route with one committed insert: p99', value: full.p99, unit: 'ms' },
      );
    }
    return report;
  } finally {
    await stage.stop();
  }
}
