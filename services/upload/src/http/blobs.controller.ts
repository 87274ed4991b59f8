import { randomUUIDv7 } from 'node:crypto';

import { digest as digestForm } from '@floe/contracts';
import { goneSignal } from '@floe/http';
import { Body, Controller, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { AskBlobs, type BlobAnswer } from '../application/ask-blobs.ts';
import { ProvenBlobs } from '../application/builds.ts';
import { ProveLayer } from '../application/prove-layer.ts';
import { OpenBodies } from '../application/shares.ts';
import { bodyStream } from './body-stream.ts';
import { type BlobPath, blobPath, type TeamPath, teamPath } from './paths.ts';
import { type UploadView, uploadView } from './upload-view.ts';

const MOST_QUESTIONS = 1_000;
/** Of a blob: 1,000 parts of 16 GiB. */
const MOST_BYTES = 16 * 1024 ** 4;

const askBody = z.strictObject({
  blobs: z
    .array(
      z.strictObject({
        sizeBytes: z.int().min(1).max(MOST_BYTES),
        digest: digestForm.optional(),
      }),
    )
    .min(1)
    .max(MOST_QUESTIONS),
  /** Uploads that the caller found to be of other bytes. */
  except: z.array(z.uuid()).max(MOST_QUESTIONS).default([]),
});

interface AnswerView {
  readonly state: BlobAnswer['state'];
  readonly digest?: string;
  readonly upload?: UploadView;
}

interface BlobView {
  readonly digest: string;
  readonly sizeBytes: number;
}

@Controller('api/v1/teams/:team/blobs')
export class BlobsController {
  constructor(
    private readonly provenBlobs: ProvenBlobs,
    private readonly proveLayer: ProveLayer,
    private readonly askBlobs: AskBlobs,
    private readonly openBodies: OpenBodies,
  ) {}

  /** What of these blobs has to be sent, and where to, in the order asked. */
  @Post()
  @HttpCode(200)
  async ask(
    @Param({ schema: teamPath }) { team }: TeamPath,
    @Body({ schema: askBody }) { blobs, except }: z.output<typeof askBody>,
  ): Promise<{ readonly blobs: readonly AnswerView[] }> {
    const moment = { newId: randomUUIDv7, now: new Date() };
    const answers = await this.askBlobs.execute(team, blobs, except, { kind: 'everyone' }, moment);
    return { blobs: answers.map(answerView) };
  }

  /** 201, proven while it streamed; 200 when the team has it, whatever the body is. */
  @Put(':digest')
  async put(
    @Param({ schema: blobPath }) { team, digest }: BlobPath,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BlobView> {
    const proven = (await this.provenBlobs.find(team, [digest])).get(digest);
    reply.status(proven ? 200 : 201);
    if (proven) return proven;
    using held = new DisposableStack();
    held.use(this.openBodies.take(team, 1));
    return await this.proveLayer.execute(team, bodyStream(request), digest, goneSignal(request));
  }
}

function answerView(answer: BlobAnswer): AnswerView {
  if (!('upload' in answer)) return answer;
  const { state, upload } = answer;
  return { state, ...(upload && { upload: uploadView(upload.session, upload.received) }) };
}
