import fc from 'fast-check';
import { classifyNetworkError, FAILURE_CODES, type NetworkErrorLike } from './send-result.js';

const got = (event: string): NetworkErrorLike => ({ name: 'TimeoutError', code: 'ETIMEDOUT', event });

describe('an error of the HTTP client', () => {
  it.each<[NetworkErrorLike, string]>([
    [got('lookup'), 'timeout_dns'],
    [got('connect'), 'timeout_connect'],
    [got('secureConnect'), 'timeout_tls'],
    [got('request'), 'timeout_total'],
    [got('response'), 'timeout_total'],
    [got('socket'), 'timeout_total'],
    [got('constructor'), 'timeout_total'],
    [{ name: 'TimeoutError', code: 23 }, 'timeout_total'],
    [{ code: 'ETIMEDOUT', syscall: 'connect' }, 'timeout_connect'],
    [{ code: 'ETIMEDOUT', syscall: 'read' }, 'timeout_total'],
    [{ code: 'ETIMEDOUT', phase: 'secureConnect' }, 'timeout_tls'],
    [{ code: 'ETIMEOUT', syscall: 'queryA' }, 'timeout_dns'],
    [{ code: 'ETIMEOUT' }, 'timeout_dns'],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'timeout_connect'],
    [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'dns_error'],
    [{ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }, 'dns_error'],
    [{ code: 'ESERVFAIL', syscall: 'queryA' }, 'dns_error'],
    [{ code: 'ECONNREFUSED', syscall: 'queryA' }, 'dns_error'],
    [{ code: 'ECONNREFUSED', syscall: 'connect' }, 'connection_refused'],
    [{ code: 'ECONNRESET' }, 'connection_reset'],
    [{ code: 'EPIPE', syscall: 'write' }, 'connection_reset'],
    [{ code: 'EHOSTUNREACH' }, 'connection_error'],
    [{ code: 'ENETUNREACH' }, 'connection_error'],
    [{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'tls_untrusted'],
    [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'tls_untrusted'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'tls_untrusted'],
    [{ code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }, 'tls_untrusted'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'tls_hostname'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'tls_expired'],
    [{ code: 'CERT_NOT_YET_VALID' }, 'tls_expired'],
    [{ code: 'EPROTO' }, 'tls_protocol'],
    [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'tls_protocol'],
    [{ code: 'ERR_TLS_DH_PARAM_SIZE' }, 'tls_error'],
    [{ code: 'UNABLE_TO_DECRYPT_CERT_SIGNATURE' }, 'tls_error'],
    [{ code: 'HPE_HEADER_OVERFLOW' }, 'response_headers_too_large'],
    [{ code: 'HPE_INVALID_CONSTANT' }, 'protocol_error'],
    [{ code: 'HPE_INVALID_STATUS' }, 'protocol_error'],
    [{ name: 'HTTPParserError' }, 'protocol_error'],
    [{ code: 'UND_ERR_SOCKET' }, 'connection_reset'],
    [{ code: 'UND_ERR_HEADERS_OVERFLOW' }, 'response_headers_too_large'],
    [{ code: 'UND_ERR_INVALID_ARG' }, 'template_error'],
    [{ code: 'ERR_INVALID_URL', name: 'TypeError' }, 'url_invalid'],
    [{ code: 'ERR_INVALID_CHAR', name: 'TypeError' }, 'template_error'],
    [{ code: 'blocked_address', phase: 'lookup' }, 'blocked_address'],
  ])('%j is %s', (error, code) => {
    expect(classifyNetworkError(error)).toBe(code);
  });

  it.each(['EMFILE', 'ENFILE', 'ENOMEM', 'EADDRNOTAVAIL', 'ENOBUFS'])('%s is our fault in any phase, never the customer’s', (code) => {
    expect(classifyNetworkError({ code, syscall: 'connect' })).toEqual({ kind: 'local', code });
    expect(classifyNetworkError({ code, phase: 'lookup' })).toEqual({ kind: 'local', code });
  });

  it.each<[NetworkErrorLike, string]>([
    [{ name: 'TypeError' }, 'unknown'],
    [{ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }, 'ERR_INVALID_ARG_TYPE'],
    [{ name: 'RequestError', code: 'ERR_GOT_REQUEST_ERROR' }, 'ERR_GOT_REQUEST_ERROR'],
    [{ name: 'AbortError', code: 'ERR_ABORTED' }, 'ERR_ABORTED'],
    [{ code: 'constructor' }, 'constructor'],
    [{ code: 'dns_unavailable', name: 'NameServerError' }, 'dns_unavailable'],
    [{ code: 'UND_ERR_DESTROYED' }, 'UND_ERR_DESTROYED'],
    [{ code: 42 }, 'unknown'],
  ])('%j is a bug or a stop of ours, not an answer', (error, code) => {
    expect(classifyNetworkError(error)).toEqual({ kind: 'local', code });
  });

  it('is judged by its code alone: the message changes nothing', () => {
    const error = Object.assign(new Error('connect ETIMEDOUT blocked_address self-signed certificate'), { code: 'ECONNRESET' });
    expect(classifyNetworkError(error)).toBe('connection_reset');
  });

  it('always gets a verdict from the closed list', () => {
    const anything = fc.record({
      code: fc.oneof(fc.string(), fc.anything()),
      name: fc.anything(),
      syscall: fc.anything(),
      event: fc.anything(),
    });
    fc.assert(
      fc.property(anything, (error) => {
        const verdict = classifyNetworkError(error);
        if (typeof verdict === 'string') expect(FAILURE_CODES).toContain(verdict);
        else expect(verdict.kind).toBe('local');
      }),
    );
  });
});
