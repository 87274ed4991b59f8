import type { Command } from 'commander';

interface Words {
  /** The command's own words, such as `alias set`. */
  readonly path: string;
  readonly description: string;
  readonly subcommands: readonly string[];
  readonly flags: readonly string[];
}

export function bashCompletion(program: Command): string {
  const cases = wordsOf(program).map(
    ({ path, subcommands, flags }) =>
      `    "${path}") words="${[...subcommands, ...flags].join(' ')}" ;;`,
  );
  return `_floe() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    case "$path" in
    "") path="$word" ;;
    ${groupsOf(program)}) path="$path $word"; break ;;
    *) break ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _floe floe
`;
}

export function zshCompletion(program: Command): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bashCompletion(program)}`;
}

export function fishCompletion(program: Command): string {
  return wordsOf(program)
    .flatMap(({ path, description, flags }) => [
      ...(path === '' ? [] : [commandLine(path, description)]),
      ...flags.flatMap((flag) => flagLine(path, flag)),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function commandLine(path: string, description: string): string {
  const [parent, child] = path.split(' ');
  const condition =
    child === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${parent}`;
  return `complete -c floe -n '${condition}' -a ${child ?? parent} -d '${description.replaceAll("'", '')}'`;
}

function flagLine(path: string, flag: string): readonly string[] {
  const name = path.split(' ').at(-1);
  if (name === undefined || name === '' || !flag.startsWith('--')) return [];
  return [`complete -c floe -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`];
}

function groupsOf(program: Command): string {
  return program.commands
    .filter(({ commands }) => commands.length > 0)
    .map((command) => command.name())
    .join('|');
}

function wordsOf(command: Command, path = ''): readonly Words[] {
  const own: Words = {
    path,
    description: command.description(),
    subcommands: command.commands.map((child) => child.name()),
    flags: command.options.flatMap(({ short, long }) =>
      [short, long].filter((it) => it !== undefined),
    ),
  };
  const children = command.commands.map((child) =>
    wordsOf(child, path === '' ? child.name() : `${path} ${child.name()}`),
  );
  return [own, ...children.flat()];
}
