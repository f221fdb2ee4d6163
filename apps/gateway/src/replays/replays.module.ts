import { Module } from '@nestjs/common';
import { MissingEvents } from './missing-events.js';
import { ReplaysController } from './replays.controller.js';
import { ReplaysService } from './replays.service.js';

@Module({ controllers: [ReplaysController], providers: [ReplaysService, MissingEvents] })
export class ReplaysModule {}
