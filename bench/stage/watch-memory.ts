import type { Sample } from '../measure/drift.js';
import { readHeap } from '../measure/heap.js';
import { usageOf } from '../measure/processes.js';
import type { App } from './product.js';

/** Series by what was watched: `gateway`, `gateway: long-lived objects`, … in MB. */
export type MemoryLog = Record<string, Sample[]>;

export interface MemoryWatch {
  log: MemoryLog;
  stop(): void;
}

/** Under load some ten megabytes outlive their first collection in this time, and the next large collection takes them. */
const SAMPLE_MS = 1_000;

/** Notes the memory of the programs as the machine sees it, and as those that are ours tell it themselves, until it is stopped. */
export function watchMemory(apps: readonly App[], servers: Record<string, number>): MemoryWatch {
  const log: MemoryLog = {};
  const begunAt = performance.now();
  const note = (name: string, value: number): void =>
    void (log[name] ??= []).push({ atMinutes: (performance.now() - begunAt) / 60_000, value });
  const pids = [...apps.map(({ program, pid }) => [program, pid] as const), ...Object.entries(servers)];
  const scrape = async ({ program, metricsUrl }: App): Promise<void> => {
    const { taken, old, external } = await readHeap(metricsUrl);
    note(`${program}: long-lived objects`, old);
    note(`${program}: heap taken`, taken);
    note(`${program}: outside of the heap`, external);
  };
  const timers = [
    setInterval(() => pids.forEach(([name, pid]) => note(name, usageOf(pid).memoryMb)), SAMPLE_MS),
    // One that is not answered is one sample fewer.
    setInterval(() => apps.forEach((app) => void scrape(app).catch(() => undefined)), SAMPLE_MS),
  ];
  return { log, stop: () => timers.forEach((timer) => clearInterval(timer)) };
}
