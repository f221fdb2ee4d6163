import { BlockList, isIP } from 'node:net';
import { DomainError } from './errors.js';

/** What may be dialled though it is not public. Comes from the deployment's configuration, never from a tenant. */
export interface AllowList {
  /** `ip` is a literal that `isIP` accepts, without a zone; an IPv4-mapped one is judged as its IPv4. */
  includes(ip: string): boolean;
}

/** Source: IANA special-purpose registries, and multicast, reserved and broadcast. */
const BLOCKED_IPV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT, also some clouds' metadata
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, cloud metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
];

/**
 * Public IPv6 lives in 2000::/3, so all the rest is blocked at once. That includes IPv4-compatible ::/96, NAT64 64:ff9b::/96 and 64:ff9b:1::/48,
 * discard 100::/64, segment routing 5f00::/16, unique local fc00::/7, link-local fe80::/10, site-local fec0::/10 and multicast ff00::/8.
 * Ranges that embed an IPv4 address are blocked whole: what lies behind a translator cannot be judged from here.
 */
const BLOCKED_IPV6 = [
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23', // protocol assignments, Teredo 2001::/32 among them
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation
];

const BLOCKED = listOf([...BLOCKED_IPV4, ...BLOCKED_IPV6]);

/**
 * May this address never be dialled? Fails closed: whatever is not a plain literal address (a name, a zone id) is blocked.
 * The allow list wins.
 */
export function isBlockedAddress(ip: string, allow: AllowList): boolean {
  if (!isPlainAddress(ip)) return true;
  return !allow.includes(ip) && BLOCKED.includes(ip);
}

/** Reads `10.1.0.0/16`, `fd00::/8` or single addresses; blanks are skipped. Throws `allow_list_invalid`, naming the entry's position. */
export function parseAllowList(cidrs: readonly string[]): AllowList {
  const wanted = cidrs.map((cidr) => cidr.trim()).filter((cidr) => cidr !== '');
  return listOf(wanted);
}

/** Worth a warning at start: an allow list that lets tenants reach a cloud's metadata service. */
export const allowsCloudMetadata = (allow: AllowList): boolean => allow.includes('169.254.169.254') || allow.includes('fd00:ec2::254');

/** `net.isIP` takes a zone id for part of an IPv6 address; `net.BlockList` then finds it in no list at all. */
function isPlainAddress(ip: string): boolean {
  return isIP(ip) !== 0 && !ip.includes('%');
}

/** One list per family: a `net.BlockList` that holds ::/0 would claim every IPv4 address too. */
function listOf(cidrs: readonly string[]): AllowList {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const [i, cidr] of cidrs.entries()) {
    const { address, prefix, family } = parseCidr(cidr, i + 1);
    lists[family].addSubnet(address, prefix, family);
  }
  return {
    includes(ip) {
      if (!isPlainAddress(ip)) return false;
      const plain = unmapped(ip);
      const family = familyOf(plain);
      return lists[family].check(plain, family);
    },
  };
}

function parseCidr(cidr: string, position: number) {
  const [address = '', bits, ...rest] = cidr.split('/');
  const family = familyOf(address);
  const width = family === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
  const sound = isPlainAddress(address) && unmapped(address) === address && rest.length === 0 && prefix <= width;
  if (!sound)
    throw new DomainError('allow_list_invalid', `Entry ${position} of the address allow list is not a CIDR range such as 10.1.0.0/16.`);
  return { address, prefix, family };
}

function familyOf(ip: string): 'ipv4' | 'ipv6' {
  return isIP(ip) === 4 ? 'ipv4' : 'ipv6';
}

/** `::ffff:127.0.0.1`, in any spelling, reaches 127.0.0.1. The URL parser gives an address its one canonical form. */
function unmapped(ip: string): string {
  if (isIP(ip) !== 6) return ip;
  const hex = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(new URL(`http://[${ip}]`).hostname);
  if (!hex) return ip;
  const [high, low] = [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
