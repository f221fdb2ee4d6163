import { nowMs } from './clock.js';

/** An event object of about `bytes` bytes that carries the moment of its sending, for the receiver to tell how long it took. */
export function eventBody(type: string, bytes: number): string {
  const head = `{"type":"${type}","data":{"sentAt":${nowMs().toFixed(3)},"number":${Math.floor(Math.random() * 1e6)},"text":"`;
  return `${head}${'x'.repeat(Math.max(0, bytes - head.length - 3))}"}}`;
}
