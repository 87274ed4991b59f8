import { Controller, Get } from '@nestjs/common';

import { PlatformFacts } from './platform-facts.ts';

@Controller('api/v1/platform')
export class PlatformController {
  constructor(private readonly facts: PlatformFacts) {}

  /** Version, parts in use, limits and features. */
  @Get()
  get(): PlatformFacts['value'] {
    return this.facts.value;
  }
}
