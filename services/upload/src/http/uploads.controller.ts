import { digest } from '@floe/contracts';
import { goneSignal } from '@floe/http';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Req,
  Res,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { CompleteUpload } from '../application/complete-upload.ts';
import { DropUploads } from '../application/drop-uploads.ts';
import { FindUpload, refuseDead } from '../application/find-upload.ts';
import { ReceivePart } from '../application/receive-part.ts';
import { UploadProofs } from '../application/upload-proofs.ts';
import { UploadSessions } from '../application/upload-sessions.ts';
import { bodyStream, lengthOf } from './body-stream.ts';
import { type PartPath, partPath, type UploadPath, uploadPath } from './paths.ts';
import { type UploadView, uploadView } from './upload-view.ts';
import { validated } from './validated.ts';

const everyone = { kind: 'everyone' } as const;
const HELD_MS = 10_000;
/** A sender that is silent for so long has lost its connection; what it sends in all may take longer. */
const SILENT_MS = 60_000;
const PART_DEADLINE_MS = 15 * 60_000;

const completeBody = z.strictObject({ digest });
const partHeaders = z.object({
  'x-floe-crc32': z
    .string()
    .regex(/^[0-9a-fA-F]{8}$/, 'must be the CRC-32 of the part as 8 hexadecimal digits')
    .transform((text) => text.toLowerCase()),
});

interface Completed {
  readonly digest: string;
  readonly state: 'present';
}

@Controller('api/v1/uploads/:id')
export class UploadsController {
  constructor(
    private readonly find: FindUpload,
    private readonly sessions: UploadSessions,
    private readonly proofs: UploadProofs,
    private readonly receivePart: ReceivePart,
    private readonly completeUpload: CompleteUpload,
    private readonly dropUploads: DropUploads,
  ) {}

  @Get()
  async get(@Param({ schema: uploadPath }) { id }: UploadPath): Promise<UploadView> {
    const session = await this.find.execute(id, everyone);
    refuseDead(session);
    // After a restart nobody else may ask for it.
    if (session.state.kind === 'sealed' || session.state.kind === 'proven')
      this.completeUpload.goOn(session).catch(() => {});
    return uploadView(session, await this.sessions.parts(id), this.proofs.bytesDone(id));
  }

  @Put('parts/:number')
  @HttpCode(204)
  async put(
    @Param({ schema: partPath }) { id, number }: PartPath,
    @Headers() headers: unknown,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const { 'x-floe-crc32': crc32 } = validated(partHeaders, headers);
    request.raw.setTimeout(SILENT_MS);
    await this.receivePart.execute(
      id,
      { number, crc32, sizeBytes: lengthOf(request), bytes: bodyStream(request) },
      everyone,
      AbortSignal.any([goneSignal(request), AbortSignal.timeout(PART_DEADLINE_MS)]),
    );
  }

  /** 200 when it is proven; 202 while that takes longer than the answer can be held. */
  @Post('complete')
  async complete(
    @Param({ schema: uploadPath }) { id }: UploadPath,
    @Body({ schema: completeBody }) { digest: stated }: z.output<typeof completeBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Completed | UploadView> {
    const blob = await this.completeUpload.execute(id, stated, everyone, HELD_MS);
    reply.status(blob ? 200 : 202);
    return blob ? { digest: blob.digest, state: 'present' } : this.get({ id });
  }

  @Delete()
  @HttpCode(204)
  async drop(@Param({ schema: uploadPath }) { id }: UploadPath): Promise<void> {
    await this.dropUploads.execute(id, everyone);
  }
}
