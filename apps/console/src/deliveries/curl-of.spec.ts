import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { curlOf, type SentRequest } from './curl-of';

describe('a request that was copied for a shell', () => {
  let server: Server;
  let got: { request: IncomingMessage; body: Buffer } | undefined;

  beforeAll(async () => {
    server = createServer((request, response) => {
      void buffer(request).then((body) => {
        got = { request, body };
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => void server.close());

  /** Runs the command as who pastes it does, and tells what arrived. */
  async function run(body: Buffer, over: Partial<SentRequest> = {}, encoding: 'utf8' | 'base64' = 'utf8') {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const command = curlOf({ method: 'POST', url, headers: {}, ...over }, { body: body.toString(encoding), bytes: body.length, encoding });
    got = undefined;
    const shell = spawn('sh', ['-s'], { stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: '/usr/bin:/bin' } });
    shell.stdin.end(command);
    expect(await once(shell, 'exit')).toEqual([0, null]);
    return { ...got!, command };
  }

  it.each([
    ['JSON', '{"total": 9.50}'],
    ['quotes, dollars and backslashes', `it's "$HOME" \`id\` \\ $(id) !!`],
    ['lines', 'a\n\nb\r\n'],
    ['what curl would take for a file', '@/etc/hostname'],
    ['other scripts', 'Grüße 你好 🎉'],
    ['nothing', ''],
    ['more than an argument may hold', `'${'x'.repeat(300_000)}'`],
  ])('sends %s byte for byte', async (_what, text) => {
    expect((await run(Buffer.from(text))).body.toString()).toBe(text);
  });

  it('sends bytes that are no text', async () => {
    const bytes = Buffer.from([0, 255, 39, 10, 0, 128]);
    expect((await run(bytes, {}, 'base64')).body.equals(bytes)).toBe(true);
  });

  it('sends method, path and headers as they were, repeated and empty ones too', async () => {
    const { port } = server.address() as AddressInfo;
    const { request } = await run(Buffer.from('x'), {
      method: 'PUT',
      url: `http://127.0.0.1:${port}/a{b}[1]?c='d'`,
      headers: { 'content-type': "text/x-it's", 'x-many': ['1', '2'], 'x-empty': '' },
    });
    expect([request.method, request.url]).toEqual(['PUT', "/a{b}[1]?c='d'"]);
    expect(request.headers).toMatchObject({ 'content-type': "text/x-it's", 'x-many': '1, 2', 'x-empty': '' });
  });

  it('leaves what is secret as masked as it is shown', async () => {
    const { request, command } = await run(Buffer.from('x'), { headers: { authorization: '***' } });
    expect([request.headers.authorization, command.includes("-H 'authorization: ***'")]).toEqual(['***', true]);
  });
});
