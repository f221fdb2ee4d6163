import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { GatewayModule } from './gateway.module.js';
import { createAdapter } from './http/adapter.js';
import { buildOpenApi } from './openapi.js';

/** Writes openapi.json into the working directory. In preview nothing is instantiated, so neither database nor settings are needed. */
const app = await NestFactory.create(GatewayModule, createAdapter(), { preview: true, logger: false, abortOnError: false });
writeFileSync('openapi.json', `${JSON.stringify(buildOpenApi(app), null, 2)}\n`);
