import { Global, Module } from '@nestjs/common';
import { readSettings } from './settings.js';

/** Injection token of the process's settings. */
export const SETTINGS_TOKEN = Symbol('settings');

@Global()
@Module({
  providers: [{ provide: SETTINGS_TOKEN, useFactory: () => readSettings() }],
  exports: [SETTINGS_TOKEN],
})
export class SettingsModule {}
