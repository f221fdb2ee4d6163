import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health, HealthReport } from './health.js';
import type { Metrics } from './metrics.js';

/** `/metrics`, `/health/live` and `/health/ready` on a port of their own, which is not meant for the public. */
export class ProbeServer {
  private server: Server | undefined;

  constructor(
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  /** Starts listening; 0 picks a free port. Answers the port. Rejects with node's error when it cannot. */
  async listen(port: number, host: string): Promise<number> {
    const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000, keepAliveTimeout: 5_000 }, (request, response) => {
      this.answer(request.method ?? '', request.url ?? '', response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    this.server = server;
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private async answer(method: string, url: string, response: ServerResponse): Promise<void> {
    const path = url.split('?')[0];
    if (method !== 'GET' && method !== 'HEAD') return send(response, 405, 'text/plain', '');
    if (path === '/metrics') return send(response, 200, this.metrics.registry.contentType, await this.metrics.registry.metrics());
    if (path === '/health/live') return sendReport(response, await this.health.live());
    if (path === '/health/ready') return sendReport(response, await this.health.ready());
    return send(response, 404, 'text/plain', '');
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }).end(body);
}

const sendReport = (response: ServerResponse, { isHealthy, checks }: HealthReport): void =>
  send(response, isHealthy ? 200 : 503, 'application/json', JSON.stringify({ status: isHealthy ? 'ok' : 'unavailable', checks }));
