/** Gathers what is wrong, each thing once, and, at the end, prints it and sets the exit code. */
export function gatherFaults() {
  const faults = new Set();
  return {
    add: (where, what) => void faults.add(`${where}: ${what}`),
    finish() {
      for (const fault of faults) process.stdout.write(`${fault}\n`);
      if (faults.size > 0) process.exitCode = 1;
    },
  };
}
