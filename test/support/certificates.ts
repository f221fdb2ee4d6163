import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

export interface Certificate {
  key: string;
  cert: string;
}

export interface CertificateOptions {
  /** Subject alternative names: `IP:127.0.0.10`, `DNS:hooks.example.com`. */
  names?: string[];
  /** Signed by this one; otherwise by itself. */
  issuer?: Certificate;
  /** May sign others. */
  isAuthority?: boolean;
  /** Was good for one day of 2020. */
  isExpired?: boolean;
}

let serial = 1;

/** Makes a key (P-256) and its certificate with the system's openssl. */
export function makeCertificate(commonName: string, options: CertificateOptions = {}): Certificate {
  const folder = temporaryFolder('certificates');
  try {
    return makeIn(folder, commonName, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeIn(folder: string, commonName: string, { names = [], issuer, isAuthority = false, isExpired = false }: CertificateOptions) {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', at('key.pem'));
  openssl('req', '-new', '-key', at('key.pem'), '-subj', `/CN=${commonName}`, '-out', at('request.pem'));
  const extensions = [`basicConstraints=critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}`, 'subjectKeyIdentifier=hash'];
  if (names.length > 0) extensions.push(`subjectAltName=${names.join(',')}`);
  writeFileSync(
    at('extensions.cnf'),
    ['[ca]', 'default_ca=own', '[own]', ...caSettings(at), '[policy]', 'commonName=supplied', '[x]', ...extensions].join('\n'),
  );
  writeFileSync(at('index.txt'), '');
  writeFileSync(at('serial'), (1_000 + serial++).toString());
  const signer = issuer ?? { key: readFileSync(at('key.pem'), 'utf8'), cert: null };
  writeFileSync(at('signer-key.pem'), signer.key);
  const by = signer.cert === null ? ['-selfsign'] : ['-cert', at('signer.pem')];
  if (signer.cert !== null) writeFileSync(at('signer.pem'), signer.cert);
  const [from, to] = isExpired ? ['20200101000000Z', '20200102000000Z'] : ['20200101000000Z', '21200101000000Z'];
  openssl(
    ...['ca', '-batch', '-notext', '-config', at('extensions.cnf'), '-extensions', 'x', '-startdate', from, '-enddate', to],
    ...[...by, '-keyfile', at('signer-key.pem'), '-in', at('request.pem'), '-out', at('cert.pem')],
  );
  return { key: readFileSync(at('key.pem'), 'utf8'), cert: readFileSync(at('cert.pem'), 'utf8') };
}

const caSettings = (at: (name: string) => string): string[] => [
  `database=${at('index.txt')}`,
  `serial=${at('serial')}`,
  `new_certs_dir=${at('.')}`,
  'default_md=sha256',
  'policy=policy',
  'unique_subject=no',
];
