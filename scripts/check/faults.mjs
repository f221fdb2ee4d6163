/** Gathers what is wrong and, at the end, prints it and sets the exit code. */
export function gatherFaults() {
  const faults = [];
  return {
    add: (where, what) => void faults.push(`${where}: ${what}`),
    finish() {
      for (const fault of faults) process.stdout.write(`${fault}\n`);
      if (faults.length > 0) process.exitCode = 1;
    },
  };
}
