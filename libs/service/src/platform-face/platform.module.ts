import { type DynamicModule, Module } from '@nestjs/common';

import { PlatformFacts } from './platform-facts.ts';
import { PlatformController } from './platform.controller.ts';

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
