import { FloeClient } from '@floe/client';
import { Command } from 'commander';

import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseCount } from '../names/parse-count.ts';
import { bytesText, countText } from '../render/quantities.ts';
import { type JsonFlag, printOne } from '../render/result.ts';
import type { Report } from '../verify/report.ts';
import { verifyPlatform } from '../verify/verify-platform.ts';

interface Flags extends JsonFlag {
  readonly deep?: true;
  readonly minutes: number;
  readonly service: readonly string[];
}

const MINUTE_MS = 60_000;

/** `floe verify`: whether the platform keeps its promises, looked at from outside. */
export function verifyCommand(context: Context): Command {
  return new Command('verify')
    .description('check versions, images, aliases, builds and services of a running platform')
    .option('--deep', 'read every blob and hash it')
    .option(
      '--minutes <count>',
      'an open build that is silent for so long is stuck',
      parseCount,
      15,
    )
    .option('--service <address>', 'process to ask besides, where a proxy hides it', collected, [])
    .option('--json', 'print one JSON document')
    .action(async (flags: Flags) => {
      const { terminal, signal } = context;
      const client = await context.client();
      const report = await verifyPlatform(client, {
        deep: flags.deep ?? false,
        patienceMs: flags.minutes * MINUTE_MS,
        services: servicesOf(client, flags.service),
        signal,
        onModel: ({ counts }) =>
          terminal.live?.(`verify  ${countText(counts.models, 'model')}, ${seen(counts)}`),
      });
      report.notes.forEach(terminal.err);
      const { ok, counts, findings, notes } = report;
      printOne(terminal, flags, { ok, counts, findings, notes }, linesOf);
      if (!ok) context.exitCode = exitCodes.buildFailed;
    });
}

function servicesOf(client: FloeClient, urls: readonly string[]): readonly FloeClient[] {
  return urls.length === 0 ? [client] : urls.map((url) => new FloeClient({ url }));
}

function linesOf({ ok, counts, findings }: Pick<Report, 'ok' | 'counts' | 'findings'>): string[] {
  const looked = `${countText(counts.models, 'model')}, ${seen(counts)}`;
  return [
    ...findings.map(({ check, subject, message }) => `${check.padEnd(9)}${subject} ${message}`),
    ok ? `all well: ${looked}` : `${countText(findings.length, 'finding')} at ${looked}`,
  ];
}

function seen({
  versions,
  aliases,
  blobs,
  hashedBytes,
  openBuilds,
  services,
}: Report['counts']): string {
  return [
    countText(versions, 'version'),
    countText(aliases, 'alias', 'aliases'),
    `${countText(blobs, 'blob')}${hashedBytes > 0 ? ` (${bytesText(hashedBytes)} hashed)` : ''}`,
    countText(openBuilds, 'open build'),
    countText(services, 'process', 'processes'),
  ].join(', ');
}

function collected(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
