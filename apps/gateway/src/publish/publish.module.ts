import { WakeModule } from '#queue/queue.module.js';
import { Module } from '@nestjs/common';
import { PublishController } from './publish.controller.js';
import { PublishFigures } from './publish-figures.js';
import { PublishService } from './publish.service.js';
import { Republish } from './republish.js';
import { StrictTypes } from './strict-types.js';
import { TestSend } from './test-send.js';

@Module({
  imports: [WakeModule],
  controllers: [PublishController],
  providers: [PublishFigures, PublishService, Republish, StrictTypes, TestSend],
  exports: [PublishService, Republish, StrictTypes, TestSend],
})
export class PublishModule {}
