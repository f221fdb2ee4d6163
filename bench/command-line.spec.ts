import { readCommandLine, UsageError } from './command-line.js';

const defaultsOf = (name: string) => (name === 'steady' ? { seconds: 7, bytes: [1_000, 100] } : undefined);

describe('the command line of a bench', () => {
  it('names it, and gives what differs from its own defaults', () => {
    const { name, options } = readCommandLine(['steady', '--bytes', '100,32768', '--not-durable'], defaultsOf);
    expect(name).toBe('steady');
    expect(options).toMatchObject({ bytes: [100, 32_768], seconds: 7, durable: false, queue: 'redis' });
  });

  it.each([[[]], [['nothing']], [['steady', 'more']], [['steady', '--unknown', '1']], [['steady', '--queue', 'kafka']]])(
    'refuses %j',
    (args) => expect(() => readCommandLine(args, defaultsOf)).toThrow(UsageError),
  );

  it.each(['0', '-1', 'many', '', '5,x'])('refuses --bytes "%s": a load without a bound, or none', (bytes) => {
    expect(() => readCommandLine(['steady', `--bytes=${bytes}`], defaultsOf)).toThrow('--bytes takes numbers above 0');
  });
});
