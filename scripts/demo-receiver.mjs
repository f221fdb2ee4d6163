import { createServer } from 'node:http';

/** A subscriber that shows what it gets and answers 200, for docker-compose.yml. */
const PORT = 8080;
const SHOWN_HEADERS = ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const headers = SHOWN_HEADERS.filter((name) => name in request.headers).map((name) => `${name}: ${request.headers[name]}`);
    process.stdout.write(`${[`${request.method} ${request.url}`, ...headers, '', Buffer.concat(chunks)].join('\n')}\n\n`);
    response.writeHead(200).end();
  });
});
server.listen(PORT, () => process.stdout.write(`The receiver listens on port ${PORT}.\n`));
process.once('SIGTERM', () => process.exit(0));
