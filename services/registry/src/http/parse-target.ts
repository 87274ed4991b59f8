import { NameInvalid, parseDigest, parseRepository, parseTag } from '@floe/oci';

import { DigestInvalid, ManifestUnknown, NameRefused, UploadUnknown } from '../domain/errors.ts';
import type { Reference } from '../domain/manifest.ts';

/** What an address under `/v2/` is about. */
export type Target =
  | { readonly kind: 'base' }
  | { readonly kind: 'manifest'; readonly repository: string; readonly reference: Reference }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly repository: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly id: string }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly digest: string };

const UPLOAD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Statements the path of an address, `/v2` included. Names of repositories hold slashes and may hold words of the protocol
 * (`blobs`, `manifests`): hence it is read from its end. Gives `undefined` for an address that is none of the
 * protocol's. Throws NameRefused, DigestInvalid, ManifestUnknown, UploadUnknown for a name that cannot exist.
 */
export function parseTarget(path: string): Target | undefined {
  const [first, version, ...parts] = decoded(path).split('/');
  if (first !== '' || version !== 'v2') return undefined;
  if (parts.length === 0 || (parts.length === 1 && parts[0] === '')) return { kind: 'base' };

  const last = parts.at(-1) ?? '';
  const word = parts.at(-2);
  const above = parts.at(-3);
  const [two, three] = [parts.slice(0, -2), parts.slice(0, -3)].map((name) => name.join('/'));
  if (above === 'blobs' && word === 'uploads') return uploadOf(three ?? '', last);
  if (word === 'blobs' && last === 'uploads') return uploadOf(two ?? '', '');
  if (word === undefined || two === '') return undefined;
  const repository = two ?? '';
  switch (word) {
    case 'manifests':
      return {
        kind: 'manifest',
        repository: repositoryOf(repository),
        reference: referenceOf(last),
      };
    case 'blobs':
      return { kind: 'blob', repository: repositoryOf(repository), digest: digestOf(last) };
    case 'referrers':
      return { kind: 'referrers', repository: repositoryOf(repository), digest: digestOf(last) };
    case 'tags':
      return last === 'list' ? { kind: 'tags', repository: repositoryOf(repository) } : undefined;
    default:
      return undefined;
  }
}

/** Throws NameRefused. */
export function repositoryOf(text: string): string {
  return named(() => parseRepository(text), NameRefused);
}

/** Throws DigestInvalid. */
export function digestOf(text: string): string {
  return named(() => parseDigest(text), DigestInvalid);
}

/** What has a colon is meant as a digest; a tag that breaks the rules names nothing. */
function referenceOf(text: string): Reference {
  if (text.includes(':')) return { kind: 'digest', digest: digestOf(text) };
  return { kind: 'tag', tag: named(() => parseTag(text), ManifestUnknown) };
}

function uploadOf(repository: string, id: string): Target {
  if (id === '') return { kind: 'uploads', repository: repositoryOf(repository) };
  if (!UPLOAD_ID.test(id)) throw new UploadUnknown();
  return { kind: 'upload', repository: repositoryOf(repository), id };
}

function named(parse: () => string, Refusal: new (message: string) => Error): string {
  try {
    return parse();
  } catch (error) {
    throw error instanceof NameInvalid ? new Refusal(error.message) : error;
  }
}

/** Clients may escape the colon of a digest. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new NameRefused('The address is not valid UTF-8.');
  }
}
