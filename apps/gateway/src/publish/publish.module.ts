import { WakeModule } from '#queue/queue.module.js';
import { Module } from '@nestjs/common';
import { Hydration } from './hydration.js';
import { AccessModule } from '../access/access.module.js';
import { PublishController } from './publish.controller.js';
import { PublishFigures } from './publish-figures.js';
import { PublishService } from './publish.service.js';
import { Republish } from './republish.js';
import { StrictTypes } from './strict-types.js';
import { TestSend } from './test-send.js';

@Module({
  imports: [AccessModule, WakeModule],
  controllers: [PublishController],
  providers: [PublishFigures, PublishService, Hydration, Republish, StrictTypes, TestSend],
  exports: [PublishService, Hydration, Republish, StrictTypes, TestSend],
})
export class PublishModule {}
