/** What a program says of its own memory, in MB. */
export interface Heap {
  /** All that V8 has taken for objects. */
  taken: number;
  /** Long-lived objects: those that live, and those that are not collected yet. */
  old: number;
  /** Outside of the heap: bytes of buffers, and what native code keeps for objects. */
  external: number;
}

const BYTES_PER_MB = 1_048_576;

/** Reads it from the default metrics of Node that /metrics tells. */
export function heapIn(metrics: string): Heap {
  const lines = metrics.split('\n');
  const mb = (name: string, label = ''): number => {
    const line = lines.find((one) => one.startsWith(`${name}{`) && one.includes(label));
    return line === undefined ? NaN : Number(line.slice(line.lastIndexOf(' '))) / BYTES_PER_MB;
  };
  const space = (name: string): number => mb('nodejs_heap_space_size_used_bytes', `space="${name}"`);
  return {
    taken: mb('nodejs_heap_size_total_bytes'),
    old: space('old') + space('large_object'),
    external: mb('nodejs_external_memory_bytes'),
  };
}

/** @param url of the program's metrics */
export async function readHeap(url: string): Promise<Heap> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  return heapIn(await answer.text());
}
