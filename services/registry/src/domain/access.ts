/** Who asks. Open mode knows only `everyone`; `platform` is the other services, by the internal token. */
export type Principal = { readonly kind: 'everyone' } | { readonly kind: 'platform' };

export type Action = 'pull' | 'link-proven-blob' | 'write-tag';

export interface Resource {
  readonly repository: string;
  /** Of a tag: it follows the facts of the platform. */
  readonly kept?: boolean;
}

/** The one place where rights are decided. */
export function can({ kind }: Principal, action: Action, { kept = false }: Resource): boolean {
  switch (action) {
    case 'pull':
      return true;
    case 'link-proven-blob':
      return kind === 'platform';
    case 'write-tag':
      // Not even the platform moves a kept tag by a push.
      return !kept;
  }
}
