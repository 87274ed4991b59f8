import { Command } from 'commander';

import { type Config, parseCluster } from '../config/config-file.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { checkSlug } from '../names/slug.ts';
import { type JsonFlag, printMany } from '../render/result.ts';

interface AddFlags {
  readonly token?: string;
  readonly team?: string;
}

/** `floe cluster`: the platforms that the user works with. */
export function clusterCommand(context: Context): Command {
  return new Command('cluster')
    .description('choose the platform that the other commands speak to')
    .addCommand(addCommand(context))
    .addCommand(useCommand(context))
    .addCommand(listCommand(context))
    .addCommand(removeCommand(context));
}

function addCommand({ config, terminal }: Context): Command {
  return new Command('add')
    .description('remember a platform; the first one is used from then on')
    .argument('<name>')
    .argument('<url>', 'such as https://floe.example.org')
    .option('--token <token>', 'what proves who you are')
    .option('--team <team>', 'team of names that are written without one')
    .action(async (name: string, url: string, { token, team }: AddFlags) => {
      const cluster = parseCluster({ url, token, team: team && checkSlug('team', team) });
      if (cluster === undefined) {
        throw new UsageError(
          `"${url}" is not the address of a platform`,
          'write http://… or https://…',
        );
      }
      const { current = name, clusters } = await config.read();
      await config.write({ current, clusters: { ...clusters, [name]: cluster } });
      terminal.out(`${name} is ${cluster.url}${current === name ? ', and in use' : ''}`);
    });
}

function useCommand({ config, terminal }: Context): Command {
  return new Command('use')
    .description('speak to this platform from now on')
    .argument('<name>')
    .action(async (name: string) => {
      const { clusters } = await config.read();
      requireKnown(clusters, name);
      await config.write({ current: name, clusters });
      terminal.out(`${name} is in use`);
    });
}

function listCommand({ config, terminal }: Context): Command {
  return new Command('list')
    .description('list the platforms that are remembered')
    .option('--json', 'print JSON lines')
    .action(async (flags: JsonFlag) => {
      const { current, clusters } = await config.read();
      const items = Object.entries(clusters).map(([name, { url, team }]) => ({
        name,
        url,
        ...(team !== undefined && { team }),
        current: name === current,
      }));
      await printMany(terminal, flags, ReadableStream.from(items), {
        head: ['', 'NAME', 'URL', 'TEAM'],
        none: 'none: commands speak to http://localhost:8080; `floe cluster add <name> <url>` adds one',
        cells: (item) => [item.current ? '*' : '', item.name, item.url, item.team ?? ''],
      });
    });
}

function removeCommand({ config, terminal }: Context): Command {
  return new Command('remove')
    .description('forget a platform')
    .argument('<name>')
    .action(async (name: string) => {
      const { current, clusters } = await config.read();
      requireKnown(clusters, name);
      const { [name]: _, ...rest } = clusters;
      await config.write({ ...(current !== name && { current }), clusters: rest });
      terminal.out(`${name} is forgotten`);
    });
}

function requireKnown(clusters: Config['clusters'], name: string): void {
  if (Object.hasOwn(clusters, name)) return;
  const known = Object.keys(clusters).join(', ');
  throw new UsageError(
    `there is no cluster ${name}`,
    known === '' ? undefined : `there are: ${known}`,
  );
}
