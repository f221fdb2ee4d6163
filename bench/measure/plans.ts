/** How one statement was carried out. */
export interface Plan {
  query: string;
  ms: number;
  /** Pages from memory or disk. */
  blocks: number;
  /** Tables and partitions that were looked into. */
  relations: number;
  /** Those read from end to end. */
  readWhole: string[];
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Loops'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: Node[];
}

const ENTRY = /duration: ([\d.]+) ms {2}plan:\n((?:\t.*\n?)+)/g;

/** Reads what auto_explain wrote to the server's log in JSON, with log_analyze and log_buffers. Nodes that never ran are left out. */
export function readPlans(log: string): Plan[] {
  return [...log.matchAll(ENTRY)].flatMap(([, ms, body]) => {
    try {
      const { 'Query Text': query, Plan: root } = JSON.parse(body!) as { 'Query Text': string; Plan: Node };
      const nodes = walk(root).filter((node) => (node['Actual Loops'] ?? 0) > 0);
      const names = (some: Node[]): string[] => [...new Set(some.flatMap((node) => node['Relation Name'] ?? []))];
      return [
        {
          query,
          ms: Number(ms),
          blocks: (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0),
          relations: names(nodes).length,
          readWhole: names(nodes.filter((node) => node['Node Type'] === 'Seq Scan')),
        },
      ];
    } catch {
      // The log ends in the middle of its last entry.
      return [];
    }
  });
}

const walk = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(walk)];
