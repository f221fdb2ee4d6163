import fc from 'fast-check';
import { allowsCloudMetadata, isBlockedAddress, parseAllowList } from './address-policy.js';

const NOTHING = parseAllowList([]);

const PUBLIC_IPV4 = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
];
const MORE_PUBLIC_IPV4 = [
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
];
const PUBLIC_IPV6 = [
  '2606:4700:4700::1111',
  '2001:4860:4860::8888',
  '2001:200::1',
  '2003::1',
  '2a00:1450::1',
  '3ffe::1',
  '2001:db7:ffff::1',
  '2001:db9::1',
];

describe('an address that must never be dialled', () => {
  it.each([
    ...['0.0.0.0', '0.0.0.1', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.100.100.200', '100.127.255.255'],
    ...['127.0.0.0', '127.0.0.1', '127.255.255.255', '169.254.0.0', '169.254.169.254', '169.254.255.255', '172.16.0.0', '172.31.255.255'],
    ...['192.0.0.0', '192.0.0.255', '192.0.2.1', '192.88.99.1', '192.168.0.0', '192.168.255.255', '198.18.0.0', '198.19.255.255'],
    ...['198.51.100.1', '203.0.113.1', '224.0.0.0', '239.255.255.255', '240.0.0.0', '255.255.255.254', '255.255.255.255'],
  ])('is IPv4 %s', (ip) => {
    expect(isBlockedAddress(ip, NOTHING)).toBe(true);
  });

  it.each([
    ...[
      '::1',
      '::',
      '::ffff:127.0.0.1',
      '::ffff:a9fe:a9fe',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b::8.8.8.8',
      '64:ff9b:1::1',
      '2002:7f00:1::',
    ],
    ...[
      '2001:0::1',
      '2001:0:ffff:ffff:ffff:ffff:ffff:ffff',
      'fc00::1',
      'fd00:ec2::254',
      'fe80::1',
      'febf::1',
      'fec0::1',
      'ff02::1',
      '100::1',
    ],
    ...[
      '5f00::1',
      '3fff::1',
      '3fff:fff:ffff::1',
      '2001:db8::1',
      '::ffff:0:127.0.0.1',
      '0:0:0:0:0:FFFF:7F00:0001',
      '4000::1',
      '8000::1',
      '::8.8.8.8',
    ],
  ])('is IPv6 %s', (ip) => {
    expect(isBlockedAddress(ip, NOTHING)).toBe(true);
  });

  it.each([
    '',
    'localhost',
    'example.com',
    '127.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '1.1.1.1.',
    ' 1.1.1.1',
    '1.1.1.1/32',
    '1.1.1.1%eth0',
    '[::1]',
  ])('is whatever is no plain address: %j', (text) => {
    expect(isBlockedAddress(text, parseAllowList(['0.0.0.0/0', '::/0']))).toBe(true);
  });

  it.each(['fe80::1%eth0', 'fe80::1%25eth0', '2606:4700::1%eth0', '::1%lo'])(
    'is any address with a zone, even an allowed one: %s',
    (ip) => {
      expect(isBlockedAddress(ip, parseAllowList(['::/0']))).toBe(true);
    },
  );
});

describe('a public address', () => {
  it.each([...PUBLIC_IPV4, ...MORE_PUBLIC_IPV4, ...PUBLIC_IPV6, '::ffff:8.8.8.8', '::ffff:808:808'])('may be dialled: %s', (ip) => {
    expect(isBlockedAddress(ip, NOTHING)).toBe(false);
  });
});

describe('the allow list', () => {
  const allow = parseAllowList(['127.0.0.10/32', ' 10.1.0.0/16 ', '', 'fd00:1::/32', '192.168.7.7']);

  it.each(['127.0.0.10', '::ffff:127.0.0.10', '::ffff:7f00:a', '10.1.255.255', 'fd00:1::5', '192.168.7.7'])('opens %s', (ip) => {
    expect(isBlockedAddress(ip, allow)).toBe(false);
  });

  it.each([
    '127.0.0.66',
    '127.0.0.11',
    '::ffff:127.0.0.66',
    '::127.0.0.10',
    '64:ff9b::7f00:a',
    '10.2.0.0',
    'fd00:2::1',
    '192.168.7.8',
    '::1',
  ])('leaves %s shut', (ip) => {
    expect(isBlockedAddress(ip, allow)).toBe(true);
  });

  it('of one family opens nothing of the other', () => {
    expect(isBlockedAddress('10.0.0.1', parseAllowList(['::/0']))).toBe(true);
    expect(isBlockedAddress('::ffff:10.0.0.1', parseAllowList(['::/0']))).toBe(true);
    expect(isBlockedAddress('fc00::1', parseAllowList(['0.0.0.0/0']))).toBe(true);
  });

  it.each([
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'fd00::/129',
    '10.0.0/8',
    'fe80::%eth0/10',
    '::ffff:10.0.0.0/104',
    '*',
  ])('refuses %j and names its position only', (entry) => {
    expect(() => parseAllowList(['10.0.0.0/8', entry])).toThrow(
      expect.objectContaining({ code: 'allow_list_invalid', message: expect.stringContaining('Entry 2') }),
    );
  });

  it('tells when it reaches a cloud’s metadata service', () => {
    expect(allowsCloudMetadata(allow)).toBe(false);
    expect(allowsCloudMetadata(parseAllowList(['169.254.0.0/16']))).toBe(true);
    expect(allowsCloudMetadata(parseAllowList(['0.0.0.0/0']))).toBe(true);
  });
});

it('an IPv4-mapped address is judged as its IPv4, for every address', () => {
  const allow = parseAllowList(['127.0.0.0/8']);
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      expect(isBlockedAddress(`::ffff:${ip}`, allow)).toBe(isBlockedAddress(ip, allow));
    }),
  );
});
