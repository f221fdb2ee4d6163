import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { SessionController } from './session.controller.js';

/** The operators' web page: its sign-in. Its files are served by serve-console.ts. */
@Module({ imports: [AccessModule], controllers: [SessionController] })
export class ConsoleModule {}
