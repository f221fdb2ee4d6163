import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { CursorKey } from './cursor-key.js';
import { ProblemFilter } from './problem.filter.js';
import { UnclaimedQueryGuard } from './unclaimed-query.guard.js';
import { ValidationPipe } from './validation.pipe.js';

/** What every route goes through: validation on the way in, problem+json on the way out. */
@Global()
@Module({
  providers: [
    CursorKey,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: ValidationPipe },
    { provide: APP_GUARD, useClass: UnclaimedQueryGuard },
  ],
  exports: [CursorKey],
})
export class HttpModule {}
