import { parseRange } from '@floe/http';
import { OCI_INDEX } from '@floe/oci';
import { Injectable } from '@nestjs/common';

import { ListReferrers } from '../application/list-referrers.ts';
import { ListTags } from '../application/list-tags.ts';
import { ReadBlob } from '../application/read-blob.ts';
import { ReadManifest } from '../application/read-manifest.ts';
import type { Reference, Referrer } from '../domain/manifest.ts';
import { type Answer, type Asked, jsonAnswer, soon } from './asked.ts';

const LARGEST_PAGE = 1_000;
/** Referrers carry annotations: a page of them stays below the 4 MiB that clients read. */
const REFERRERS_PAGE = 100;
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The reading half of the protocol. */
@Injectable()
export class Pull {
  constructor(
    private readonly readManifest: ReadManifest,
    private readonly readBlob: ReadBlob,
    private readonly listTags: ListTags,
    private readonly listReferrers: ListReferrers,
  ) {}

  ping(): Answer {
    return jsonAnswer(200, {});
  }

  async manifest(
    { repository, reference }: { readonly repository: string; readonly reference: Reference },
    asked: Asked,
  ): Promise<Answer> {
    const { digest, mediaType, bytes } = await this.readManifest.execute(
      repository,
      reference,
      soon(asked),
    );
    return {
      status: 200,
      headers: {
        'content-type': mediaType,
        'content-length': String(bytes.length),
        'docker-content-digest': digest,
        etag: `"${digest}"`,
      },
      body: async () => bytes,
    };
  }

  async blob(
    { repository, digest }: { readonly repository: string; readonly digest: string },
    asked: Asked,
  ): Promise<Answer> {
    const blob = await this.readBlob.execute(repository, digest, soon(asked));
    const { sizeBytes } = blob;
    const headers = {
      'content-type': 'application/octet-stream',
      'docker-content-digest': digest,
      'accept-ranges': 'bytes',
      'cache-control': FOR_EVER,
      etag: `"${digest}"`,
    };
    const range = parseRange(asked.headers.range, sizeBytes);
    if (range === 'unsatisfiable') {
      const whole = { 'content-range': `bytes */${sizeBytes}` };
      const error = { code: 'SIZE_INVALID', message: `The blob has ${sizeBytes} bytes.` };
      return jsonAnswer(416, { errors: [error] }, whole);
    }
    const { start, end } = range ?? { start: 0, end: sizeBytes };
    return {
      status: range === undefined ? 200 : 206,
      headers: {
        ...headers,
        'content-length': String(end - start),
        ...(range !== undefined && { 'content-range': `bytes ${start}-${end - 1}/${sizeBytes}` }),
      },
      body: () => this.readBlob.open(blob, { start, end }, asked.gone),
    };
  }

  async tags({ repository }: { readonly repository: string }, asked: Asked): Promise<Answer> {
    const limit = limitOf(asked.query);
    const after = asked.query.get('last') ?? '';
    const { tags, more } = await this.listTags.execute(repository, { after, limit }, soon(asked));
    const next = new URLSearchParams({ n: String(limit), last: tags.at(-1) ?? '' });
    return jsonAnswer(
      200,
      { name: repository, tags },
      more ? { link: `</v2/${repository}/tags/list?${next.toString()}>; rel="next"` } : {},
    );
  }

  async referrers(
    { repository, digest }: { readonly repository: string; readonly digest: string },
    asked: Asked,
  ): Promise<Answer> {
    const artifactType = asked.query.get('artifactType') ?? undefined;
    const query = { artifactType, after: asked.query.get('last') ?? '', limit: REFERRERS_PAGE };
    const found = await this.listReferrers.execute(repository, digest, query, soon(asked));
    const next = new URLSearchParams({
      ...(artifactType !== undefined && { artifactType }),
      last: found.referrers.at(-1)?.digest ?? '',
    });
    const address = `/v2/${repository}/referrers/${digest}`;
    return jsonAnswer(
      200,
      { schemaVersion: 2, mediaType: OCI_INDEX, manifests: found.referrers.map(wireOf) },
      {
        'content-type': OCI_INDEX,
        ...(artifactType !== undefined && { 'oci-filters-applied': 'artifactType' }),
        ...(found.more && { link: `<${address}?${next.toString()}>; rel="next"` }),
      },
    );
  }
}

/** As many as asked for, never more than a page. */
function limitOf(query: URLSearchParams): number {
  const asked = query.get('n') ?? '';
  return /^\d{1,9}$/.test(asked) ? Math.min(Number(asked), LARGEST_PAGE) : LARGEST_PAGE;
}

function wireOf({ mediaType, digest, sizeBytes, artifactType, annotations }: Referrer): object {
  return { mediaType, digest, size: sizeBytes, artifactType, annotations };
}
