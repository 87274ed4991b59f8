/** Who asks. Open mode knows only `everyone`, who may do everything. */
export type Principal = { readonly kind: 'everyone' };

export type Action = 'read' | 'move-alias';

/** The one place where rights are decided. */
export function can(
  principal: Principal,
  _action: Action,
  _resource: { readonly team: string },
): boolean {
  switch (principal.kind) {
    case 'everyone':
      return true;
  }
}
