import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

export interface Address {
  address: string;
  /** 4 or 6. */
  family: number;
}

const FRESH_MS = 5_000;

/** The system's own table of names, read again at most every five seconds. A file that cannot be read holds no names. */
export class HostsFile {
  private names: Promise<Map<string, Address[]>> | null = null;
  private readAt = -Infinity;

  constructor(private readonly path = '/etc/hosts') {}

  async find(hostname: string): Promise<Address[]> {
    if (performance.now() - this.readAt > FRESH_MS) {
      this.readAt = performance.now();
      this.names = readFile(this.path, 'utf8').then(parseHosts, () => new Map());
    }
    return (await this.names)?.get(hostname.toLowerCase().replace(/\.$/, '')) ?? [];
  }
}

/** hosts(5): an address and its names per line, `#` begins a comment. */
function parseHosts(text: string): Map<string, Address[]> {
  const names = new Map<string, Address[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    const family = isIP(address);
    if (family === 0) continue;
    for (const alias of aliases) names.set(alias.toLowerCase(), [...(names.get(alias.toLowerCase()) ?? []), { address, family }]);
  }
  return names;
}
