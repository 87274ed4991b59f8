import { randomUUID } from 'node:crypto';

import type { Build } from '@floe/client';

/** One wish for a build; its key makes it the same wish however often it is sent. */
export interface Wish {
  /** `team/name` */
  readonly model: string;
  readonly tar: Uint8Array<ArrayBuffer>;
  readonly key: string;
}

export function wish(model: string, tar: Uint8Array<ArrayBuffer>): Wish {
  return { model, tar, key: randomUUID() };
}

/** Sends the archive as the body, once; throws when there is no answer, or another than an accepted build. */
export async function sendModel(
  url: string,
  { model, tar, key }: Wish,
  wait = '0s',
): Promise<Build> {
  const response = await fetch(`${url}/api/v1/models/${model}/builds?wait=${wait}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar', 'idempotency-key': key },
    body: tar,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return JSON.parse(text) as Build;
}
