import { Command } from 'commander';

import type { Context } from '../context.ts';
import { type JsonFlag, printOne } from '../render/result.ts';
import { factLines } from '../render/table.ts';

/** `floe platform`: what is at the other end. */
export function platformCommand(context: Context): Command {
  return new Command('platform')
    .description('show version, parts and limits of the platform')
    .option('--json', 'print one JSON document')
    .action(async (flags: JsonFlag) => {
      const { terminal, signal } = context;
      const client = await context.client();
      const platform = await client.platform({ signal });
      printOne(terminal, flags, platform, (told) => [
        `Floe at ${client.url}`,
        ...factLines(flattened(told, '')),
      ]);
    });
}

function flattened(value: object, path: string): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? flattened(part, `${path}${name}.`)
      : [[`${path}${name}`, Array.isArray(part) ? part.join(', ') : String(part)] as const],
  );
}
