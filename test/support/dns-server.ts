import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { atEnd } from './cleanup.js';

/** Addresses of a name, or a silence. A name that is not there does not exist. */
export type DnsAnswer = string[] | 'silence' | 'failure';

export interface DnsServer {
  /** As a setting names it: `ip:port`. */
  address: string;
  /** Names that were asked for, in lower case, one per question. */
  asked: readonly string[];
  /** From now on `name` is answered so; of a list of answers each question of one kind (A or AAAA) takes the next, and the last stays. */
  on(name: string, ...answers: DnsAnswer[]): void;
}

const [A, AAAA] = [1, 28];

/** A name server on UDP that knows what it is told; closed after the last test of the file. */
export async function startDnsServer(host = '127.0.0.53'): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const zone = new Map<string, DnsAnswer[]>();
  const counts = new Map<string, number>();
  const asked: string[] = [];
  socket.on('message', (question, peer) => {
    const { name, type, end } = readQuestion(question);
    asked.push(name);
    const nth = counts.get(`${name} ${type}`) ?? 0;
    counts.set(`${name} ${type}`, nth + 1);
    const answers = zone.get(name);
    const answer = answers?.[Math.min(nth, answers.length - 1)];
    if (answer !== 'silence') socket.send(writeAnswer(question, end, type, answer), peer.port, peer.address);
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  atEnd(`name server on ${host}`, () => void socket.close());
  return {
    address: `${host}:${socket.address().port}`,
    asked,
    on: (name, ...answers) => {
      zone.set(name.toLowerCase(), answers);
      for (const type of [A, AAAA]) counts.delete(`${name.toLowerCase()} ${type}`);
    },
  };
}

/** RFC 1035, 4.1.2: labels with their lengths, the type, the class. */
function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  while (message[at]) {
    const length = message[at]!;
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

function writeAnswer(question: Buffer, end: number, type: number, answer: Exclude<DnsAnswer, 'silence'> | undefined): Buffer {
  const addresses = Array.isArray(answer) ? answer.filter((ip) => isIP(ip) === (type === A ? 4 : 6)) : [];
  const header = Buffer.from(question.subarray(0, 12));
  const code = answer === undefined ? 3 : answer === 'failure' ? 2 : 0;
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, question.subarray(12, end), ...addresses.map((ip) => record(type, ip))]);
}

/** The name by reference to the question, and no time to live: every question is asked anew. */
function record(type: number, ip: string): Buffer {
  const data = type === A ? Buffer.from(ip.split('.').map(Number)) : ipv6Bytes(ip);
  const head = Buffer.from([0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
  return Buffer.concat([head, data]);
}

/** The eight groups of an address, however it is abbreviated. */
function ipv6Bytes(ip: string): Buffer {
  const [before = '', after] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [left, right] = [groups(before), groups(after ?? '')];
  const middle = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return Buffer.from([...left, ...middle, ...right].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]));
}
