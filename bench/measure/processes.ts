import { readdirSync, readFileSync } from 'node:fs';

/** What a program has used, its child processes included. From /proc, so on Linux only. */
export interface Usage {
  cpuSeconds: number;
  /** Private memory of all its processes, and what they share once. */
  memoryMb: number;
}

const TICKS_PER_SECOND = 100;
const KB_PER_MB = 1_024;

/** `usageOf(pid)` of one process and its children: a server like Postgres is many. Zero of what is gone. */
export function usageOf(pid: number): Usage {
  const family = [pid, ...childrenOf(pid)];
  const memories = family.map(memoryOf);
  const ownKb = memories.reduce((sum, { privateKb }) => sum + privateKb, 0);
  const sharedKb = Math.max(0, ...memories.map(({ sharedKb }) => sharedKb));
  return {
    cpuSeconds: family.reduce((sum, member) => sum + ticksOf(member, member === pid), 0) / TICKS_PER_SECOND,
    memoryMb: (ownKb + sharedKb) / KB_PER_MB,
  };
}

/** Fields 14 and 15 of proc(5)'s stat, and 16 and 17 for children that have ended. The name, field 2, may hold spaces and parentheses. */
function ticksOf(pid: number, withEnded: boolean): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const numbered = (field: number): number => Number(fields[field - 3] ?? 0);
  return numbered(14) + numbered(15) + (withEnded ? numbered(16) + numbered(17) : 0);
}

function memoryOf(pid: number): { privateKb: number; sharedKb: number } {
  const status = read(`/proc/${pid}/status`);
  const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { privateKb: kb('RssAnon'), sharedKb: kb('RssFile') + kb('RssShmem') };
}

function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const children = threads.flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number));
    return children.flatMap((child) => [child, ...childrenOf(child)]);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
