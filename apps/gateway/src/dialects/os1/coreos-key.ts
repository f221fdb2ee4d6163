import { bearerKey, type CredentialOf } from '../../access/credential.js';

const KEY = /^\S+$/;

/** `X-COREOS-ACCESS: <key>`, exactly once; a client without it may send `Authorization: Bearer <key>`. Source: OS1, API reference, headers. */
export const coreosKey: CredentialOf = (request) => {
  const { rawHeaders } = request.raw;
  const keys = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'x-coreos-access');
  if (keys.length === 0) return bearerKey(request);
  const [key = ''] = keys;
  return keys.length === 1 && KEY.test(key) ? key : null;
};
