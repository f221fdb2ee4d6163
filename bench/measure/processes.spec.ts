import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { usageOf } from './processes.js';

describe('what a program uses', () => {
  it('counts its child processes in, ended ones too', async () => {
    // A shell whose work is done by a child of its own, which ends; then it waits.
    const burn = `${process.execPath} -e 'const end = Date.now() + 300; while (Date.now() < end);'`;
    const shell = spawn('/bin/sh', ['-c', `${burn}; echo done; read line`], { stdio: ['pipe', 'pipe', 'ignore'] });
    await once(shell.stdout, 'data');
    const { cpuSeconds, memoryMb } = usageOf(shell.pid ?? 0);
    shell.stdin.end();
    await once(shell, 'close');
    expect(cpuSeconds).toBeGreaterThan(0);
    expect(memoryMb).toBeGreaterThan(0);
  });

  it('is nothing for one that is gone', () => expect(usageOf(2 ** 22 + 1)).toEqual({ cpuSeconds: 0, memoryMb: 0 }));
});
