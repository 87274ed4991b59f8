import { type DynamicModule, Module } from '@nestjs/common';

import { PlatformController } from './http/platform.controller.ts';
import { PlatformFacts } from './platform-facts.ts';

/** What the platform shows of itself, besides the faces of its services. */
@Module({})
export class PlatformModule {
  static with(facts: PlatformFacts): DynamicModule {
    return {
      module: PlatformModule,
      controllers: [PlatformController],
      providers: [{ provide: PlatformFacts, useValue: facts }],
    };
  }
}
