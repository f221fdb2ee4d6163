import { maskedSettings, readSettings, SETTINGS, SettingsError } from './settings.js';

const REQUIRED = { DATABASE_URL: 'postgres://user:hush@db/tidings', SECRET_KEYS: 'k1:hush' };

const refusal = (environment: NodeJS.ProcessEnv): string => {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
  }
  return '';
};

describe('the settings', () => {
  it('need a database and keys, and have a default for everything else', () => {
    expect(readSettings(REQUIRED)).toMatchObject({
      PORT: 3000,
      EGRESS_ALLOW_HTTP: false,
      EGRESS_ALLOW_CIDRS: [],
      FAIL_POINT: '',
      LOG_LEVEL: 'info',
    });
    expect(refusal({})).toContain('DATABASE_URL is required');
    expect(refusal({})).toContain('SECRET_KEYS is required');
  });

  it('take an empty value for an absent one', () => {
    expect(readSettings({ ...REQUIRED, REDIS_URL: '', PORT: '' })).toMatchObject({ REDIS_URL: undefined, PORT: 3000 });
  });

  it('name every faulty setting at once, and never its value', () => {
    const message = refusal({
      DATABASE_URL: 'mysql://hush',
      SECRET_KEYS: 'x',
      PORT: '70000',
      EGRESS_ALLOW_HTTP: 'hush',
      BOOTSTRAP_KEY: 'hush',
    });
    for (const name of ['DATABASE_URL', 'PORT', 'EGRESS_ALLOW_HTTP', 'BOOTSTRAP_KEY']) expect(message).toContain(name);
    expect(message).not.toContain('hush');
    expect(message).not.toContain('70000');
  });

  it.each([
    ['PORT', '65535', '65536'],
    ['METRICS_PORT', '0', '-1'],
    ['SWEEP_INTERVAL_MS', '50', '49'],
    ['LEASE_SLACK_MS', '600000', '600001'],
    ['RETENTION_DAYS', '1', '0'],
    ['DATABASE_POOL_SIZE', '200', '201'],
    ['BOOTSTRAP_KEY', 'x'.repeat(32), 'x'.repeat(31)],
    ['QUEUE_PREFIX', 'p'.repeat(40), 'p'.repeat(41)],
    ['DISPATCH_CONCURRENCY', '1', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', '1', '1.1'],
    ['OTEL_TRACES_SAMPLER', 'always_off', 'sometimes'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318', 'grpc://collector:4317'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://collector/otlp', 'https://user:hush@collector'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'https://collector/x', 'https://collector/x?token=hush'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=b', 'a'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=b, c=%20d', 'a=%0d%0a'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a==', 'a=%'],
  ])('%s takes %s and refuses %s', (name, last, beyond) => {
    expect(refusal({ ...REQUIRED, [name]: last })).toBe('');
    expect(refusal({ ...REQUIRED, [name]: beyond })).toContain(name);
  });

  it('read a list without its blanks', () => {
    expect(readSettings({ ...REQUIRED, EGRESS_ALLOW_CIDRS: ' 10.0.0.0/8 ,, ::1/128' }).EGRESS_ALLOW_CIDRS).toEqual([
      '10.0.0.0/8',
      '::1/128',
    ]);
  });

  it('are shown at start without their secrets', () => {
    const shown = maskedSettings(readSettings({ ...REQUIRED, REDIS_URL: 'redis://:hush@r', BOOTSTRAP_KEY: `hush${'x'.repeat(32)}` }));
    expect(JSON.stringify(shown)).not.toContain('hush');
    expect(shown).toMatchObject({ DATABASE_URL: 'set', SECRET_KEYS: 'set', REDIS_URL: 'set', BOOTSTRAP_KEY: 'set', PORT: 3000 });
    expect(maskedSettings(readSettings(REQUIRED))).toMatchObject({ BOOTSTRAP_KEY: 'unset' });
  });

  it('read headers for a collector decoded, and show none of them', () => {
    const settings = readSettings({ ...REQUIRED, OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20hush, x-tenant = 7' });
    expect(settings.OTEL_EXPORTER_OTLP_HEADERS).toEqual({ Authorization: 'Bearer hush', 'x-tenant': '7' });
    expect(JSON.stringify(maskedSettings(settings))).not.toContain('hush');
  });

  it('take proxies as addresses or networks, and nothing else', () => {
    const read = (TRUST_PROXIES: string) => readSettings({ ...REQUIRED, TRUST_PROXIES }).TRUST_PROXIES;
    expect(read('10.0.0.0/8, ::1,192.0.2.7')).toEqual(['10.0.0.0/8', '::1', '192.0.2.7']);
    expect(read('')).toEqual([]);
    for (const text of ['true', '*', 'proxy.example', '10.0.0.0/33', '::1/129', '10.0.0.0/8/8', '10.0.0.0/'])
      expect(() => read(text)).toThrow(/TRUST_PROXIES: must be addresses or CIDRs/);
  });

  it('keep everything that is named after a secret, and every url with a password in it, as one', () => {
    const named = Object.keys(SETTINGS).filter((name) => /_URL$|KEY|SECRET|TOKEN|PASSWORD/.test(name));
    expect(named.filter((name) => SETTINGS[name as keyof typeof SETTINGS].about.secret !== true)).toEqual([]);
  });
});
