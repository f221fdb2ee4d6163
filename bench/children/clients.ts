import { Agent as HttpAgent } from 'node:http';
import got from 'got';
import { Agent, request } from 'undici';

/** POSTs a body with a header of its id and reads the answer to its end; resolves to the status. */
export type Post = (url: string, id: string, body: Buffer) => Promise<number>;

const CONNECTIONS = 64;
const headersOf = (id: string): Record<string, string> => ({
  'content-type': 'application/json',
  'webhook-id': id,
  'accept-encoding': 'identity',
});

const gotAgent = { http: new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'lifo' }) };
const undiciAgent = new Agent({ connections: CONNECTIONS, pipelining: 1 });

/** The HTTP clients a bare loop may use, set as the product sets them. */
export const CLIENTS = {
  got: async (url, id, body) => {
    const options = {
      headers: headersOf(id),
      body,
      agent: gotAgent,
      retry: { limit: 0 },
      throwHttpErrors: false,
      decompress: false,
    } as const;
    const { statusCode } = await got.post(url, { ...options, followRedirect: false, timeout: { request: 15_000 } });
    return statusCode;
  },
  undici: async (url, id, body) => {
    const { statusCode, body: answer } = await request(url, { method: 'POST', headers: headersOf(id), body, dispatcher: undiciAgent });
    await answer.dump();
    return statusCode;
  },
} satisfies Record<string, Post>;

export type ClientName = keyof typeof CLIENTS;
