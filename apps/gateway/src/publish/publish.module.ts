import { WakeModule } from '#queue/queue.module.js';
import { Module } from '@nestjs/common';
import { PublishController } from './publish.controller.js';
import { PublishService } from './publish.service.js';
import { StrictTypes } from './strict-types.js';
import { TestSend } from './test-send.js';

@Module({
  imports: [WakeModule],
  controllers: [PublishController],
  providers: [PublishService, StrictTypes, TestSend],
  exports: [PublishService, TestSend],
})
export class PublishModule {}
