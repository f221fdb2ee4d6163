import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  name: string;
  pid: number;
  logFile: string;
  exited: Promise<Exit>;
  /** Asks it to leave; kills it when it has not left after `graceMs`. */
  stop(graceMs: number): Promise<Exit>;
  kill(): void;
  /** The end of what it wrote, each line led by its name. */
  lastLines(count?: number): string;
}

export interface ChildOptions {
  name: string;
  /** Absolute path of a compiled entry. */
  entry: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
}

/**
 * Starts a Node program with its output in a file, which survives us and needs no pipe. In a process group of its own it does
 * not hear the Ctrl-C of the terminal: we stop the programs, in order.
 */
export function startChild({ name, entry, env, logFile }: ChildOptions): Child {
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`);
  const output = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, ['--enable-source-maps', entry], { env, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  const exited = exitOf(child);
  return {
    name,
    pid: child.pid ?? 0,
    logFile,
    exited,
    stop: (graceMs) => stop(child, exited, graceMs),
    kill: () => void child.kill('SIGKILL'),
    lastLines: (count = 15) => lastLines(name, logFile, count),
  };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

async function stop(child: ChildProcess, exited: Promise<Exit>, graceMs: number): Promise<Exit> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  try {
    return await exited;
  } finally {
    clearTimeout(timer);
  }
}

function lastLines(name: string, logFile: string, count: number): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count);
  return lines.map((line) => `${name} | ${line}`).join('\n');
}
