import 'reflect-metadata';
import { one } from '#domain/probe.js';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

@Controller()
class C { @Get() x(): { one: number } { return { one: one() }; } }
@Module({ controllers: [C] })
class M {}
const app = await NestFactory.create(M, new FastifyAdapter());
await app.init();
console.log('ok', one());
await app.close();
