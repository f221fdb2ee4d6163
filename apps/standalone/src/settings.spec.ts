import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './project-root.js';
import { readStandaloneSettings } from './settings.js';

describe('the settings of npm start', () => {
  it('needs none', () => {
    expect(readStandaloneSettings({})).toMatchObject({
      home: join(projectRoot(), '.tidings'),
      port: 3000,
      databaseUrl: undefined,
      passedOn: {},
      fromEnvironment: [],
    });
  });

  it('takes what is given, and names it', () => {
    const home = join(tmpdir(), 'elsewhere');
    const settings = readStandaloneSettings({
      TIDINGS_HOME: home,
      PORT: '3001',
      REDIS_URL: 'redis://127.0.0.1',
      SWEEP_INTERVAL_MS: '100',
      SHELL: 'sh',
    });
    expect(settings).toMatchObject({ home, port: 3001, passedOn: { REDIS_URL: 'redis://127.0.0.1', SWEEP_INTERVAL_MS: '100' } });
    expect(settings.fromEnvironment.toSorted()).toEqual(['PORT', 'REDIS_URL', 'SWEEP_INTERVAL_MS', 'TIDINGS_HOME']);
  });

  it('takes an empty value for none', () => {
    expect(readStandaloneSettings({ PORT: '', TIDINGS_HOME: '', LOG_LEVEL: '' })).toMatchObject({
      port: 3000,
      fromEnvironment: [],
      passedOn: {},
    });
  });

  it('picks the address and the metrics ports itself: two processes cannot share one', () => {
    expect(readStandaloneSettings({ METRICS_PORT: '9464', HOST: '0.0.0.0' })).toMatchObject({ fromEnvironment: [], passedOn: {} });
  });

  it.each(['abc', '0', '65536', '3000.5', '-1', ' 80'])('refuses PORT=%s in one sentence', (PORT) => {
    expect(() => readStandaloneSettings({ PORT })).toThrow('PORT must be a whole number from 1 to 65535.');
  });
});
