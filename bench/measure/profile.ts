/** A CPU profile as V8 writes it (`node --cpu-prof`). */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  samples: number[];
  /** Microseconds since the sample before. */
  timeDeltas: number[];
}

export interface Entry {
  /** A package, a file of ours, or a state of the process. */
  where: string;
  /** Of the time in which the process did anything. */
  share: number;
}

const STATES = new Set(['(idle)', '(program)', '(garbage collector)', '(root)']);

/** Where a process's own time went, by package and by file of ours, largest first; waiting is left out. */
export function timeByPlace({ nodes, samples, timeDeltas }: CpuProfile): Entry[] {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const times = new Map<string, number>();
  let total = 0;
  samples.forEach((id, i) => {
    const frame = byId.get(id);
    if (!frame || frame.functionName === '(idle)' || frame.functionName === '(root)') return;
    const where = placeOf(frame);
    const us = Math.max(0, timeDeltas[i] ?? 0);
    times.set(where, (times.get(where) ?? 0) + us);
    total += us;
  });
  return [...times].map(([where, us]) => ({ where, share: us / total })).sort((a, b) => b.share - a.share);
}

function placeOf({ functionName, url }: { functionName: string; url: string }): string {
  if (STATES.has(functionName)) return functionName;
  const inPackages = url.lastIndexOf('node_modules/');
  if (inPackages >= 0) return packageOf(url.slice(inPackages + 'node_modules/'.length));
  if (url.startsWith('node:')) return url;
  const inDist = url.lastIndexOf('/dist/');
  if (inDist >= 0) return url.slice(inDist + '/dist/'.length).replace(/\.js$/, '');
  return '(native)';
}

const packageOf = (path: string): string =>
  path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
