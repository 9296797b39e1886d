import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** PEM files of a cluster: whom to trust, and a key with its certificate for the broker and for a client. */
export interface Certificates {
  readonly ca: string;
  readonly broker: string;
  readonly client: string;
}

/** Makes certificates for 127.0.0.1, not for any name, in a folder. Needs openssl. */
export function makeCertificates(folder: string): Certificates {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=tests', '-days', '2');
  const signed = (name: string): string => {
    openssl('genpkey', '-algorithm', 'RSA', '-out', `${name}.key`);
    openssl('req', '-new', '-key', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    writeFileSync(join(folder, `${name}.ext`), 'subjectAltName=IP:127.0.0.1\n');
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...authority, '-out', `${name}.crt`, '-days', '2', '-extfile', `${name}.ext`);
    const path = join(folder, `${name}.pem`);
    writeFileSync(path, readFileSync(join(folder, `${name}.key`)));
    appendFileSync(path, readFileSync(join(folder, `${name}.crt`)));
    return path;
  };
  return { ca: join(folder, 'ca.pem'), broker: signed('broker'), client: signed('client') };
}
