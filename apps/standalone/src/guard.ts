import { spawn } from 'node:child_process';

/** Ends processes when we die without a chance to do it ourselves (SIGKILL, out of memory). */
export interface Guard {
  watch(pid: number, signal: NodeJS.Signals): void;
  forget(pid: number): void;
  /** Dismisses the guard; what it watches is left alone. */
  dismiss(): void;
  /** Does on purpose what our death does: the guard acts. */
  abandon(): void;
  /** Resolves when the guard has left. */
  gone: Promise<void>;
}

/** Reads orders until its input ends, which the kernel does for us however we die; then signals, waits, and cleans up. */
const SCRIPT = `
trap '' INT TERM HUP
watched=' '
while read -r order pid signal; do
  case "$order" in
    watch) watched="$watched$pid:$signal " ;;
    forget) kept=' '; for w in $watched; do case "$w" in "$pid":*) ;; *) kept="$kept$w " ;; esac; done; watched=$kept ;;
    dismiss) exit 0 ;;
  esac
done
for w in $watched; do kill -s "\${w#*:}" "\${w%%:*}" 2>/dev/null; done
for folder in "$@"; do sleep 1; rm -rf -- "$folder"; done
`;

/** Starts a guard: a shell of some hundred kilobytes in a session of its own. `removeFolders` are deleted when it has to act. */
export function startGuard(removeFolders: string[] = []): Guard {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'tidings-guard', ...removeFolders], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // A guard that is gone must not take us along: the orders are a precaution.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  const order = (line: string): void => void shell.stdin.write(`${line}\n`);
  return {
    watch: (pid, signal) => order(`watch ${pid} ${signal.replace(/^SIG/, '')}`),
    forget: (pid) => order(`forget ${pid}`),
    dismiss: () => order('dismiss'),
    abandon: () => void shell.stdin.end(),
    gone: new Promise((resolve) => shell.once('close', () => resolve())),
  };
}
