import type { ServerUser } from './server-user.ts';

type Command = readonly [string, ...string[]];

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** The command, and the identity to start it with, so that it runs as this user. */
export function asUser(
  command: Command,
  user: ServerUser | undefined,
): { readonly command: Command; readonly identity: Identity } {
  if (user === undefined) return { command, identity: {} };
  const { uid, gid, lent } = user;
  if (lent === undefined) return { command, identity: { uid, gid } };
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const capability = [
    `--inh-caps=+${lent.capability}`,
    `--ambient-caps=+${lent.capability}`,
    // Else access(2), by which PostgreSQL finds its own program, would ask without the capability.
    '--securebits=+no_setuid_fixup',
  ];
  return { command: [lent.setpriv, ...ids, ...capability, '--', ...command], identity: {} };
}
