import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openState, saveState } from './state.js';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tidings-state-spec-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the state of npm start', () => {
  it('makes keys that the programs accept, once', () => {
    const { bootstrapKey, secretKeys } = openState(home);
    expect(bootstrapKey.length).toBeGreaterThanOrEqual(32);
    const [kid, key] = secretKeys.split(':');
    expect(kid).toBe('k1');
    expect(Buffer.from(key ?? '', 'base64')).toHaveLength(32);
    expect(openState(home)).toEqual({ bootstrapKey, secretKeys });
  });

  it('is for its owner only, also after a change', () => {
    saveState(home, { ...openState(home), postgresPort: 12_345 });
    expect(statSync(join(home, 'state.json')).mode & 0o777).toBe(0o600);
    expect(openState(home)).toMatchObject({ postgresPort: 12_345 });
  });

  it.each(['', '{"bootstrapKey":', '{}', '[]', 'null'])('refuses a damaged file (%j) instead of replacing its keys', (text) => {
    writeFileSync(join(home, 'state.json'), text);
    expect(() => openState(home)).toThrow(expect.objectContaining({ code: 'state_unreadable' }));
  });
});
