/** Something the person can put right: one sentence, no stack. */
export class Failure extends Error {}

const NETWORK =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|EPROXY|CERT_HAS_EXPIRED|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)\b/;

/** What npm's output means, or undefined. `log` is where the whole of it is. */
export function explain(output, log) {
  const seeLog = `(npm's own words: ${log})`;
  if (/\bENOSPC\b/.test(output)) return `There is no space left on the disk: make some room (about 1 GB) and try again ${seeLog}.`;
  if (/\b(EACCES|EPERM|EROFS)\b/.test(output)) return `There is no permission to write ${writtenTo(output)}: check who owns it ${seeLog}.`;
  const network = NETWORK.exec(output);
  if (network)
    return `The package registry could not be reached (${network[1]}): check the network, or npm's proxy and registry settings ${seeLog}.`;
  if (/\b(E401|E403)\b/.test(output)) return `The package registry refused access: check npm's login and registry settings ${seeLog}.`;
  if (/\bcode EUSAGE\b/.test(output) && /in sync/.test(output)) {
    return `package.json and package-lock.json disagree: run "npm install" and commit the lock file with the change ${seeLog}.`;
  }
  if (/\b(ETARGET|E404)\b/.test(output))
    return `The package registry does not have a package in the version that package-lock.json names ${seeLog}.`;
  return undefined;
}

const writtenTo = (output) =>
  /(?:path|dest|open|mkdir|rename|unlink) '?(\/[^'\s]+|[A-Z]:\\[^'\s]+)/.exec(output)?.[1] ?? 'the project folder';

/** The same for an error of our own file operations; other errors are returned as they are. */
export function explainError(error) {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const { code = '', path = 'the project folder' } = error;
  if (code === 'ENOSPC') return new Failure('There is no space left on the disk: make some room (about 1 GB) and try again.');
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return new Failure(`There is no permission to write ${path}: check who owns it.`);
  return error;
}
