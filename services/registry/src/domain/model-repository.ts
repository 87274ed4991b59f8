const SLUG = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const LONGEST_SLUG = 64;
const VERSION = /^[1-9][0-9]*$/;

/** First parts of repositories that are no team's. */
const RESERVED: ReadonlySet<string> = new Set(['api', 'v2', 'library', 'runtimes']);

/** The repository that holds the versions of a model. */
export function repositoryOf({
  team,
  model,
}: {
  readonly team: string;
  readonly model: string;
}): string {
  return `${team}/${model}`;
}

/** Whether the platform keeps this tag whatever aliases there are: a version's number, or `latest`. */
export function isKeptByRule(repository: string, tag: string): boolean {
  return isModelRepository(repository) && (tag === 'latest' || VERSION.test(tag));
}

function isModelRepository(name: string): boolean {
  const parts = name.split('/');
  return (
    parts.length === 2 &&
    !RESERVED.has(parts[0] ?? '') &&
    parts.every((part) => part.length <= LONGEST_SLUG && SLUG.test(part))
  );
}
