import type { BuildSpec } from '@floe/contracts';
import { InvalidRequest } from '@floe/http';
import { z } from 'zod';

import { specFields, specOf } from './build-spec.schema.ts';
import { type FormPart, formParts } from './form-parts.ts';
import { validated } from './validated.ts';

/** A build request as a form. */
export interface ModelForm {
  readonly spec: BuildSpec | undefined;
  /** Of the payload, as its sender has it; without folders. */
  readonly filename: string | undefined;
  /** Of the payload. They end after the whole form has come, or not at all. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

const MOST_SPEC_BYTES = 1024 ** 2;

const specBody = z.strictObject(specFields);

/**
 * Reads a `multipart/form-data` body up to the model in it: the part `spec` (JSON, may be left out), then `payload`.
 * @throws InvalidRequest, BodyTruncated
 */
export async function readModelForm(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
): Promise<ModelForm> {
  const parts = formParts(contentType, body);
  let spec: BuildSpec | undefined;
  for (;;) {
    const part = await nextOf(parts);
    if (!part) throw refused('payload', 'is missing: the part with the archive');
    if (part.name === 'payload')
      return { spec, filename: part.filename, bytes: wholeForm(part, parts) };
    if (part.name !== 'spec') throw unknownPart(part.name);
    if (spec) throw refused('spec', 'is there twice');
    spec = specOf(validated(specBody, await jsonOf(part)));
  }
}

/** A part that follows is told before anything is made of the payload. */
async function* wholeForm(
  payload: FormPart,
  parts: AsyncGenerator<FormPart, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* payload.bytes;
  const part = await nextOf(parts);
  if (!part) return;
  throw part.name === 'spec'
    ? refused('spec', 'must come before the payload')
    : unknownPart(part.name);
}

/** By hand: leaving a loop would end the body, and with it the connection, before there is an answer. */
async function nextOf(
  parts: AsyncGenerator<FormPart, void, undefined>,
): Promise<FormPart | undefined> {
  return (await parts.next()).value ?? undefined;
}

async function jsonOf({ bytes }: FormPart): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    sizeBytes += chunk.length;
    if (sizeBytes > MOST_SPEC_BYTES) throw refused('spec', 'is larger than 1 MiB');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw refused('spec', `is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

function unknownPart(name: string): InvalidRequest {
  return new InvalidRequest([{ code: 'unrecognized_keys', keys: [name], path: [], message: '' }]);
}

function refused(part: string, fault: string): InvalidRequest {
  return new InvalidRequest([{ code: 'custom', path: [part], message: fault, input: undefined }]);
}
