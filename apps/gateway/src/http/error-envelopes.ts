import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Problem, PROBLEM_TYPE } from './problem.js';

/** A refusal as it goes out: the status may be another than the problem's own. */
export interface ErrorAnswer {
  status: number;
  contentType: string;
  body: unknown;
  /** Headers of the dialect's own. */
  headers?: Record<string, string>;
}

/** The shape that refusals have; some dialects repeat the request in it. */
export type ErrorEnvelope = (problem: Problem, request: FastifyRequest) => ErrorAnswer;

export const problemEnvelope = (problem: Problem): ErrorAnswer => ({ status: problem.status, contentType: PROBLEM_TYPE, body: problem });

/**
 * Which refusals have which shape, by path. A dialect says so for everything under its base path: what is refused before a controller is
 * found (a body that is no JSON, a path that nobody serves) then has its shape too, which a filter on its controllers would not see.
 */
@Injectable()
export class ErrorEnvelopes {
  private readonly envelopes: { prefix: string; envelope: ErrorEnvelope }[] = [];

  /** `prefix` begins and ends with a slash: `/event/`. */
  use(prefix: string, envelope: ErrorEnvelope): void {
    this.envelopes.push({ prefix, envelope });
  }

  /** The shape for a request's path, with or without its query; RFC 9457 unless a dialect has claimed it. */
  of(url: string): ErrorEnvelope {
    return this.envelopes.find(({ prefix }) => url.startsWith(prefix))?.envelope ?? problemEnvelope;
  }
}
