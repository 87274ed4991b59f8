import { NameInvalid } from './errors.ts';
import { parseDigest, parseRepository, parseTag } from './names.ts';

/** Names an image: `localhost:8080/team/model:3`, `…/model@sha256:…`, or both. */
export interface Reference {
  /** Host with port. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const REGISTRY =
  /^(?:localhost|[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63})*|\[[0-9a-fA-F:]{2,39}\])(?::\d{1,5})?$/;
const LONGEST = 1_024;

/**
 * Parses a reference that names its registry: it has a dot or a port, or is `localhost`. Nothing is assumed:
 * neither Docker Hub nor `latest`. Throws NameInvalid.
 */
export function parseReference(text: string): Reference {
  if (text.length > LONGEST) throw new NameInvalid('reference', text);
  const [named, digest] = splitOnce(text, text.indexOf('@'));
  const [registry, path] = splitOnce(named, named.indexOf('/'));
  if (path === undefined || !isRegistry(registry)) throw new NameInvalid('reference', text);
  const [repository, tag] = splitOnce(path, path.indexOf(':'));
  return {
    registry,
    repository: parseRepository(repository),
    ...(tag !== undefined && { tag: parseTag(tag) }),
    ...(digest !== undefined && { digest: parseDigest(digest) }),
  };
}

export function formatReference({ registry, repository, tag, digest }: Reference): string {
  const tagged = tag === undefined ? '' : `:${tag}`;
  const pinned = digest === undefined ? '' : `@${digest}`;
  return `${registry}/${repository}${tagged}${pinned}`;
}

function isRegistry(text: string): boolean {
  return REGISTRY.test(text) && (text === 'localhost' || /[.:]/.test(text));
}

function splitOnce(text: string, at: number): readonly [string, string?] {
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
