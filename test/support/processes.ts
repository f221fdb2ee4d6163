import { spawn, type ChildProcess } from 'node:child_process';
import { join, relative } from 'node:path';
import { freePort } from '../../apps/standalone/src/ports.js';
import { entryOf, type Program } from '../../apps/standalone/src/programs.js';
import { projectRoot } from '../../apps/standalone/src/project-root.js';
import { atEnd } from './cleanup.js';
import { eventually, within } from './eventually.js';
import { isGone, killWithUs } from './file-guard.js';
import { TEST_SETTINGS } from './test-settings.js';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface AppProcess {
  /** Of the HTTP API (gateway), or of the probes and metrics (dispatcher). */
  url: string;
  metricsUrl: string;
  pid: number;
  /** All it has written so far, both streams. */
  logs(): string;
  /** Asks it to leave and waits for that. */
  stop(signal?: NodeJS.Signals, timeoutMs?: number): Promise<Exit>;
  /** SIGKILL. */
  kill(): Promise<Exit>;
  /** SIGSTOP: alive to the system, dead to the world. */
  pause(): void;
  resume(): void;
  /** Says that it is meant to end by itself, and waits for that. An end nobody asked for fails the test file. */
  expectExit(timeoutMs?: number): Promise<Exit>;
  exited: Promise<Exit>;
}

export interface StartOptions {
  /** Return as soon as the process exists, for a test about starting. */
  waitUntilReady?: boolean;
  readyTimeoutMs?: number;
  /** Where its standard output goes; by default into logs(). */
  stdout?: number;
  /** A program and its arguments that start it, as a shell with limits: the command follows them. */
  through?: string[];
  /** Of another release: where its dist/ is. By default the project's own. */
  folder?: string;
}

/** Settings, by name; undefined leaves one out. */
export type Environment = Partial<Record<string, string>>;

const STOP_TIMEOUT_MS = 60_000;
const READY_TIMEOUT_MS = 90_000;

/** A gateway from dist/ on a free port; resolves when it is ready. `env` needs a DATABASE_URL; it is killed after the last test of the file. */
export const startGateway = (env: Environment, options?: StartOptions): Promise<AppProcess> => startApp('gateway', env, options);

/** A dispatcher from dist/, likewise. */
export const startDispatcher = (env: Environment, options?: StartOptions): Promise<AppProcess> => startApp('dispatcher', env, options);

/** Runs the migrations to their end on a database. */
export const runMigrate = (env: Environment, options: Pick<StartOptions, 'folder'> = {}): Promise<Exit & { logs: string }> =>
  runToEnd('migrate', env, options);

/** Seals everything anew under the first key of SECRET_KEYS, to its end. */
export const runReseal = (env: Environment): Promise<Exit & { logs: string }> => runToEnd('reseal', env);

async function runToEnd(program: Program, env: Environment, options: Pick<StartOptions, 'folder'> = {}): Promise<Exit & { logs: string }> {
  const { child, output, exited } = launch(program, env, options);
  atEnd(`${program} (${child.pid})`, () => void child.kill('SIGKILL'));
  return { ...(await exited), logs: output() };
}

async function startApp(program: Program, env: Environment, options: StartOptions = {}): Promise<AppProcess> {
  const [port, metricsPort] = [env['PORT'] ?? String(await freePort()), env['METRICS_PORT'] ?? String(await freePort())];
  const { child, output, exited } = launch(program, { ...env, PORT: port, METRICS_PORT: metricsPort }, options);
  const metricsUrl = `http://127.0.0.1:${metricsPort}`;
  const url = program === 'gateway' ? `http://127.0.0.1:${port}` : metricsUrl;
  const app = handle(`${program} (${child.pid})`, child, exited, output, { url, metricsUrl });
  if (options.waitUntilReady === false) return app;
  try {
    await untilReady(app, program, options.readyTimeoutMs ?? READY_TIMEOUT_MS);
  } catch (error) {
    // The caller is told by this error, and not once more at the end of the file.
    await Promise.all([app.expectExit(), app.kill()]);
    throw error;
  }
  return app;
}

/** The environment is built from nothing: a developer's own settings, and jest's flags for Node, stay out. */
function launch(
  program: Program,
  env: Environment,
  { stdout, through = [], folder }: StartOptions = {},
): { child: ChildProcess; output: () => string; exited: Promise<Exit> } {
  const { PATH, HOME } = process.env;
  const entry = folder === undefined ? entryOf(program) : join(folder, relative(projectRoot(), entryOf(program)));
  const [command, ...args] = [...through, process.execPath, '--enable-source-maps', entry];
  const child = spawn(command, args, {
    env: { PATH, HOME, ...TEST_SETTINGS, ...env },
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
    // A release finds its own files by the folder that it runs in.
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  killWithUs(child.pid);
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      isGone(child.pid);
      resolve({ code, signal });
    });
  });
  return { child, output: () => Buffer.concat(chunks).toString('utf8'), exited };
}

function handle(
  name: string,
  child: ChildProcess,
  exited: Promise<Exit>,
  output: () => string,
  urls: { url: string; metricsUrl: string },
): AppProcess {
  let wasAsked = false;
  let surprise: Exit | undefined;
  void exited.then((exit) => {
    if (!wasAsked) surprise = exit;
  });
  const end = (signal: NodeJS.Signals, timeoutMs: number): Promise<Exit> => {
    wasAsked = true;
    child.kill(signal);
    return within(timeoutMs, `${name} to end after ${signal}`, exited);
  };
  atEnd(name, async () => {
    if (surprise) throw new Error(`it ended by itself with ${surprise.signal ?? `code ${surprise.code}`}. It wrote:\n${tail(output())}`);
    await end('SIGKILL', 10_000);
  });
  return {
    ...urls,
    pid: child.pid ?? 0,
    logs: output,
    stop: (signal = 'SIGTERM', timeoutMs = STOP_TIMEOUT_MS) => end(signal, timeoutMs),
    kill: () => end('SIGKILL', 10_000),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    expectExit: (timeoutMs = STOP_TIMEOUT_MS) => {
      wasAsked = true;
      surprise = undefined;
      return within(timeoutMs, `${name} to end by itself`, exited);
    },
    exited,
  };
}

async function untilReady(app: AppProcess, program: Program, timeoutMs: number): Promise<void> {
  const gone = new AbortController();
  void app.exited.finally(() => gone.abort());
  const isReady = async (): Promise<void> => {
    const { status } = await fetch(`${app.url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    if (status !== 200) throw new Error(`/health/ready answers ${status}.`);
  };
  try {
    await eventually(isReady, { timeoutMs, what: `the ${program} to be ready`, signal: gone.signal });
  } catch (error) {
    throw new Error(`${gone.signal.aborted ? `The ${program} ended at its start.` : String(error)} It wrote:\n${tail(app.logs())}`);
  }
}

const tail = (text: string): string => text.trimEnd().split('\n').slice(-30).join('\n');
