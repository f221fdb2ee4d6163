/** What a child process does for its parent, by name. Arguments and results are plain data: they cross a process border. */
export type Handlers = Record<string, (...args: never[]) => unknown>;

export interface Call {
  id: number;
  name: string;
  args: unknown[];
}

export type Answer = { id: number; result: unknown } | { id: number; error: string };

/** Answers the parent's calls until the parent is gone. */
export function serve(handlers: Handlers): void {
  const answer = async ({ id, name, args }: Call): Promise<Answer> => {
    try {
      const handler = handlers[name] as ((...given: unknown[]) => unknown) | undefined;
      if (!handler) throw new Error(`There is no ${name}.`);
      return { id, result: await handler(...args) };
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on('message', (call: Call) => void answer(call).then((said) => process.send?.(said)));
  process.once('disconnect', () => process.exit(0));
}
