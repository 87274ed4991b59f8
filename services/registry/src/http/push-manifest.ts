import { MAX_MANIFEST_BYTES, ManifestTooLarge } from '@floe/oci';
import { Injectable } from '@nestjs/common';

import { DeleteManifest } from '../application/delete-manifest.ts';
import { DeleteTag } from '../application/delete-tag.ts';
import { PutManifest } from '../application/put-manifest.ts';
import type { Reference } from '../domain/manifest.ts';
import { type Answer, type Asked, emptyAnswer, soon } from './asked.ts';

interface Named {
  readonly repository: string;
  readonly reference: Reference;
}

/** Manifests on their way in, and out. */
@Injectable()
export class PushManifest {
  constructor(
    private readonly putManifest: PutManifest,
    private readonly deleteTag: DeleteTag,
    private readonly deleteManifest: DeleteManifest,
  ) {}

  async put({ repository, reference }: Named, asked: Asked): Promise<Answer> {
    const bytes = await collected(asked.body);
    const contentType = asked.headers['content-type']?.split(';')[0]?.trim();
    const push = { repository, reference, bytes, contentType };
    const { digest, parsed } = await this.putManifest.execute(push, asked.principal, soon(asked));
    return emptyAnswer(201, {
      location: `/v2/${repository}/manifests/${digest}`,
      'docker-content-digest': digest,
      ...(parsed.subject !== undefined && { 'oci-subject': parsed.subject.digest }),
    });
  }

  async remove({ repository, reference }: Named, asked: Asked): Promise<Answer> {
    const signal = soon(asked);
    if (reference.kind === 'tag') await this.deleteTag.execute(repository, reference.tag, signal);
    else await this.deleteManifest.execute(repository, reference.digest, signal);
    return emptyAnswer(202, {});
  }
}

async function collected(body: Asked['body']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_MANIFEST_BYTES) throw new ManifestTooLarge(MAX_MANIFEST_BYTES);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}
