import type { BlobQuestion } from '../calls/blobs.ts';
import { ok, problem } from './answers.ts';
import { digestOf } from './fake-builds.ts';
import type { Answer, FakePlatform, Recorded } from './fake-platform.ts';
import { sumOf } from './fake-uploads.ts';

export function askBlobs({ builds, uploads }: FakePlatform, { body }: Recorded): Answer {
  const { blobs, except = [] } = JSON.parse(body.toString()) as {
    readonly blobs: readonly BlobQuestion[];
    readonly except?: readonly string[];
  };
  const sizes = new Set([...builds.blobs.values()].map(({ length }) => length));
  const taken = new Set(except);
  return ok({
    blobs: blobs.map(({ sizeBytes, digest }) => {
      if (digest !== undefined && builds.blobs.has(digest)) return { state: 'present', digest };
      if (digest === undefined && sizes.has(sizeBytes)) return { state: 'hash-first' };
      if (!uploads.areTaken) return { state: 'send' };
      const upload = uploads.open(sizeBytes, digest, taken);
      return {
        state: upload.parts.size > 0 ? 'resume' : 'send',
        upload: uploads.view(upload),
      };
    }),
  });
}

export function getUpload(
  { uploads }: FakePlatform,
  _: Recorded,
  [id = '']: readonly string[],
): Answer {
  const upload = uploads.find(id);
  return upload ? ok(uploads.view(upload)) : gone(id);
}

export function putPart(
  { uploads }: FakePlatform,
  { body, headers }: Recorded,
  [id = '', text]: readonly string[],
): Answer {
  const upload = uploads.find(id);
  if (upload === undefined) return gone(id);
  const [number, sum] = [Number(text), String(headers['x-floe-crc32'])];
  const known = upload.parts.get(number);
  if (known && sumOf(known) !== sum)
    return problem(409, 'PART_CONFLICT', 'The part was received with other bytes.');
  if (sumOf(body) !== sum) return problem(400, 'PART_CORRUPT', 'The part has another CRC-32.');
  upload.parts.set(number, body);
  return { status: 204 };
}

export function completeUpload(
  { builds, uploads }: FakePlatform,
  { body }: Recorded,
  [id = '']: readonly string[],
): Answer {
  const { digest } = JSON.parse(body.toString()) as { digest: string };
  const upload = uploads.find(id);
  // As when the answer was lost.
  if (upload === undefined && builds.blobs.has(digest)) return ok({ digest, state: 'present' });
  if (upload === undefined) return gone(id);
  const bytes = uploads.take(upload);
  if (bytes === undefined) return problem(409, 'PARTS_MISSING', 'Parts have not come.');
  return builds.put(digest, bytes)
    ? ok({ digest, state: 'present' })
    : problem(422, 'DIGEST_MISMATCH', `The bytes have the digest ${digestOf(bytes)}.`);
}

function gone(id: string): Answer {
  return problem(404, 'UPLOAD_NOT_FOUND', `There is no upload ${id}.`);
}
