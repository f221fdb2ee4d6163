import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from '../support/cleanup.js';
import { startDispatcher, startGateway } from '../support/processes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { publishMany } from './publisher.js';
import { openStage, through } from './stage.js';

const EVENTS = 40;

/** A pipe of the file system, opened as asked; gone after the last test. */
function openPipe(...flags: [number, number]): [number, number] {
  const folder = temporaryFolder('log');
  const path = join(folder, 'pipe');
  atEnd(folder, () => rmSync(folder, { recursive: true, force: true }));
  if (spawnSync('mkfifo', [path]).status !== 0) throw new Error('There is no mkfifo here.');
  return [openSync(path, flags[0]), openSync(path, flags[1])];
}

/** A pipe into which nothing fits any more, and which nobody reads. Only our own end of it does not wait. */
function fullPipe(): number {
  const [ours, theirs] = openPipe(constants.O_RDWR | constants.O_NONBLOCK, constants.O_RDWR);
  for (const size of [4_096, 1]) while (fits(ours, size));
  atEnd('a full pipe', () => closeSync(ours));
  return theirs;
}

function fits(pipe: number, size: number): boolean {
  try {
    return writeSync(pipe, Buffer.alloc(size, 'x')) === size;
  } catch {
    return false;
  }
}

function brokenPipe(): number {
  const [reader, writer] = openPipe(constants.O_RDONLY | constants.O_NONBLOCK, constants.O_WRONLY);
  closeSync(reader);
  return writer;
}

describe.each<[string, () => number]>([
  ['that nobody reads', fullPipe],
  ['whose reader has gone', brokenPipe],
  ['on a full disk', () => openSync('/dev/full', 'w')],
])('a log %s', (_, openLog) => {
  it('holds up neither the gateway nor the dispatcher: everything is accepted and arrives', async () => {
    const stage = await openStage();
    const env = { ...stage.env, LOG_LEVEL: 'trace' };
    const log = openLog();
    atEnd('a log', () => closeSync(log));
    const [gateway] = await Promise.all([startGateway(env, { stdout: log }), startDispatcher(env, { stdout: log })]);
    const subscription = await stage.subscribe('unlogged');
    for (const id of await publishMany(through(gateway, stage.tenant), 'unlogged', EVENTS)) stage.ledger.expect(id, [subscription]);
    await stage.ledger.check({ duplicates: 0 });
  });
});
