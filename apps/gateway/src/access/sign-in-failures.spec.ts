import { DomainError } from '#domain/errors.js';
import { networkOf, SignInFailures } from './sign-in-failures.js';

const MINUTE_MS = 60_000;

function open(perMinute: number) {
  const warnings: unknown[] = [];
  const failures = new SignInFailures(
    { SIGN_IN_FAILURES_PER_MINUTE: perMinute },
    { warn: (...said: unknown[]) => void warnings.push(said) },
  );
  return { failures, warnings };
}

describe('keys shown in vain', () => {
  it('are told so up to the bound of a minute, and after it to come back when the minute is over', () => {
    const { failures } = open(3);
    for (let i = 0; i < 3; i++) expect(failures.note('192.0.2.1', 1_000 + i)).toBeNull();
    expect(failures.note('192.0.2.1', 1_003)).toBe(60);
    expect(failures.note('192.0.2.1', 1_000 + MINUTE_MS - 1)).toBe(1);
    expect(failures.note('192.0.2.1', 1_000 + MINUTE_MS)).toBeNull();
  });

  it('are counted by address: what one did is nobody else’s', () => {
    const { failures } = open(1);
    expect([failures.note('192.0.2.1', 0), failures.note('192.0.2.2', 0), failures.note('192.0.2.1', 0)]).toEqual([null, null, 60]);
  });

  it('are logged once a minute for an address, without the key', () => {
    const { failures, warnings } = open(1);
    for (let i = 0; i < 5; i++) failures.note('192.0.2.1', 0);
    expect(warnings).toEqual([[{ ip: '192.0.2.1' }, 'sign_ins.limited']]);
  });

  it('are answered rate_limited with the time to wait, and before that as whoever asks says', () => {
    const { failures } = open(1);
    const headers: [string, unknown][] = [];
    const reply = { header: (name: string, value: unknown) => void headers.push([name, value]) } as never;
    const refusal = new DomainError('unauthenticated', 'No.');
    expect(failures.refuse({ ip: '192.0.2.1' }, reply, refusal)).toBe(refusal);
    expect(headers).toEqual([]);
    expect(failures.refuse({ ip: '192.0.2.1' }, reply, refusal).code).toBe('rate_limited');
    expect(headers).toEqual([['retry-after', 60]]);
  });

  it('are not limited where the setting is 0', () => {
    const { failures } = open(0);
    for (let i = 0; i < 1_000; i++) expect(failures.note('192.0.2.1', 0)).toBeNull();
    expect(failures.size).toBe(0);
  });

  it('of ever new addresses take no more memory than those of ten thousand', () => {
    const { failures } = open(1);
    for (let i = 0; i < 30_000; i++) failures.note(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, i / 1_000);
    expect(failures.size).toBe(10_000);
    // The newest are those that are kept.
    expect(failures.note('10.0.117.47', 30)).not.toBeNull();
    expect(failures.note('10.0.0.0', 30)).toBeNull();
  });
});

describe('whose address counts as one', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['0:0:0:0:0:ffff:c000:0201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'none'],
  ])('%s: %s', (ip, network) => expect(networkOf(ip)).toBe(network));
});
