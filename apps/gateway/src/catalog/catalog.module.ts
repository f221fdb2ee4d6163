import { Module } from '@nestjs/common';
import { AppsController } from './apps.controller.js';
import { CatalogService } from './catalog.service.js';
import { EventTypesController } from './event-types.controller.js';

@Module({ controllers: [AppsController, EventTypesController], providers: [CatalogService], exports: [CatalogService] })
export class CatalogModule {}
