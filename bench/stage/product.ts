import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Guard } from '../../apps/standalone/src/guard.js';
import { freePort } from '../../apps/standalone/src/ports.js';
import { entryOf, type Program } from '../../apps/standalone/src/programs.js';
import { eventually } from '../../test/support/eventually.js';
import { TEST_SETTINGS } from '../../test/support/test-settings.js';

/** A running gateway or dispatcher. */
export interface App {
  program: Program;
  url: string;
  /** Where its metrics are. */
  metricsUrl: string;
  pid: number;
  /** Asks it to leave, so that it writes its profile, and waits. One that does not leave is killed, and that fails the command. */
  stop(): Promise<void>;
}

export interface AppOptions {
  /** Settings by name; undefined leaves one out. */
  env: Partial<Record<string, string>>;
  /** Where its log goes. */
  folder: string;
  guard: Guard;
  /** Where it leaves a CPU profile at its end. */
  profileDir: string | undefined;
}

const READY_MS = 60_000;
/** More than a shutdown's own patience with what is under way. */
const LEAVE_MS = 60_000;

/** Starts a program from dist/ as in production, its log to a file; resolves when it is ready. */
export async function startApp(program: Program, { env, folder, guard, profileDir }: AppOptions): Promise<App> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const log = join(folder, `${program}-${port}.log`);
  const output = openSync(log, 'a');
  const profiling =
    profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${program}-${port}.cpuprofile`];
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--enable-source-maps', ...profiling, entryOf(program)], {
    env: { PATH, HOME, ...TEST_SETTINGS, PORT: String(port), METRICS_PORT: String(metricsPort), ...env },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `http://127.0.0.1:${program === 'gateway' ? port : metricsPort}`;
  if (child.pid) guard.watch(child.pid, 'SIGKILL');
  await untilReady(url, child, log);
  return {
    program,
    url,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), LEAVE_MS);
      await exited;
      clearTimeout(late);
      if (child.pid) guard.forget(child.pid);
      if (child.signalCode === 'SIGKILL') tellLate(program);
    },
  };
}

/** The report is still worth having; the command fails all the same. */
function tellLate(program: Program): void {
  console.error(`The ${program} had not left ${LEAVE_MS / 1_000} s after SIGTERM and was killed.`);
  process.exitCode = 1;
}

async function untilReady(url: string, child: ChildProcess, log: string): Promise<void> {
  const gone = new AbortController();
  child.once('close', () => gone.abort());
  const isReady = async (): Promise<void> => {
    const { status } = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    if (status !== 200) throw new Error(`/health/ready answers ${status}.`);
  };
  try {
    await eventually(isReady, { timeoutMs: READY_MS, signal: gone.signal });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${String(error)} It wrote:\n${readFileSync(log, 'utf8').split('\n').slice(-20).join('\n')}`);
  }
}
