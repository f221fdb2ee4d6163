import { fork } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';
import type { Answer, Call, Handlers } from './serve.js';

/** A process of ours that is called like an object: what it does must not take turns with the parent's own work. */
export interface Child<H extends Handlers> {
  pid: number;
  call<K extends keyof H & string>(name: K, ...args: Parameters<H[K]>): Promise<Awaited<ReturnType<H[K]>>>;
  /** It leaves by itself when the connection is cut, so also when we die. */
  stop(): void;
}

/** Starts `bench/children/<name>.ts`, whose handlers are of type H. A call fails when it ends before its answer. */
export function startChild<H extends Handlers>(name: string): Child<H> {
  const child = fork(join(projectRoot(), 'bench', 'children', `${name}.ts`), [], { serialization: 'advanced' });
  const waiting = new Map<number, (answer: Answer) => void>();
  let calls = 0;
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.once('exit', (code, signal) => {
    for (const [id, settle] of waiting) settle({ id, error: `${name} ended with ${signal ?? `code ${code}`}` });
    waiting.clear();
  });
  const ask = (called: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const call: Call = { id: calls++, name: called, args };
      waiting.set(call.id, (answer) => ('error' in answer ? reject(new Error(answer.error)) : resolve(answer.result)));
      child.send(call);
    });
  return {
    pid: child.pid ?? 0,
    call: (called, ...args) => ask(called, args) as Promise<never>,
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
}
