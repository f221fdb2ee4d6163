import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostsFile } from './hosts-file.js';

describe('the hosts file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('names addresses in any order and case, and comments say nothing', async () => {
    const path = join(folder, 'hosts');
    writeFileSync(path, '# 127.0.0.9 no\n127.0.0.10\thooks.test Hooks2.test # 127.0.0.8 no\n::1 hooks.test\nnonsense hooks3.test\n\n');
    const hosts = new HostsFile(path);
    expect(await hosts.find('HOOKS.test.')).toEqual([
      { address: '127.0.0.10', family: 4 },
      { address: '::1', family: 6 },
    ]);
    expect(await hosts.find('hooks2.test')).toEqual([{ address: '127.0.0.10', family: 4 }]);
    for (const unknown of ['no', 'hooks3.test', 'constructor']) expect(await hosts.find(unknown)).toEqual([]);
  });

  it('that is missing names nothing', async () => {
    expect(await new HostsFile(join(folder, 'none')).find('hooks.test')).toEqual([]);
  });
});
