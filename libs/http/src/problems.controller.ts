import { Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';

import { isProblemCode, PROBLEMS } from './problems.ts';

/** The pages that the `type` of a problem points to. */
@Controller('problems')
export class ProblemsController {
  @Get(':kind')
  @Header('content-type', 'text/plain; charset=utf-8')
  page(@Param('kind') kind: string): string {
    const code = kind.toUpperCase().replaceAll('-', '_');
    if (!isProblemCode(code)) throw new NotFoundException('No problem has this name.');
    const { status, text } = PROBLEMS[code];
    return `${code} (HTTP ${status})\n\n${text}\n`;
  }
}
