/** The settings that all processes under test share. None of these is a secret of anybody's. */
export const SECRET_KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

export const BOOTSTRAP_KEY = 'bootstrap-key-of-the-tests-0123456789';

/** Where receivers of tests listen: "public" here, so that it can be told from 127.0.0.66, which nothing may ever reach. */
export const RECEIVER_HOST = '127.0.0.10';
export const CANARY_HOST = '127.0.0.66';

export const TEST_SETTINGS = {
  SECRET_KEYS,
  BOOTSTRAP_KEY,
  HOST: '127.0.0.1',
  EGRESS_ALLOW_CIDRS: `${RECEIVER_HOST}/32,127.0.0.1/32`,
  EGRESS_ALLOW_HTTP: 'true',
  EGRESS_ALLOW_UNVERIFIED_TLS: 'true',
  // Tests show many a wrong key from one address.
  SIGN_IN_FAILURES_PER_MINUTE: '0',
  LOG_LEVEL: 'info',
};
