import { DomainError } from './errors.js';

/** Ports that endpoints may have, where the deployment names them. */
export interface Ports {
  includes(port: number): boolean;
}

/** Services that speak no HTTP, or administer others; the rest of 1024-65535 is open. */
const DENIED_PORTS = new Set([
  ...[1433, 1521, 3306, 5432, 9042, 27017, 27018, 27019], // databases
  ...[6379, 11211, 26379], // caches
  ...[2181, 4369, 5672, 9092], // brokers and their coordinators
  ...[9200, 9300], // search
  ...[2375, 2376, 2379, 2380, 6443, 10250, 10255], // container control
  ...[2049, 3389, 5900], // files and desktops
]);

/** Reads `443` and `8000-8999`; none at all is null: the deployment leaves it to us. Throws `ports_invalid`, naming the entry's position. */
export function parsePorts(entries: readonly string[]): Ports | null {
  const ranges = entries.map((entry, i) => {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(entry) ?? [];
    const [from, to] = [Number(first), Number(last)];
    const isSound = from >= 1 && from <= to && to <= 65_535;
    if (!isSound) throw new DomainError('ports_invalid', `Entry ${i + 1} of the ports is neither a port nor a range such as 8000-8999.`);
    return { from, to };
  });
  return ranges.length === 0 ? null : { includes: (port) => ranges.some(({ from, to }) => from <= port && port <= to) };
}

/**
 * May an endpoint have this port? `isAllowedHost`: the deployment named its address among those that may be dialled, and so knows what listens
 * there.
 */
export function isAllowedPort(port: number, ports: Ports | null, isAllowedHost: boolean): boolean {
  if (ports) return ports.includes(port);
  if (port === 80 || port === 443) return true;
  return port >= 1_024 && (!DENIED_PORTS.has(port) || isAllowedHost);
}
