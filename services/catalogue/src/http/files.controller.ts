import { cursorOf, type Page, pageOf, pageQuery } from '@floe/http';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { ReadFiles } from '../application/read-files.ts';
import type { PlacedFile } from '../domain/file-list.ts';
import { sendFile } from './file-answer.ts';
import { type VersionPath, versionPath } from './model-path.ts';

const filesQuery = z.strictObject({
  ...pageQuery,
  after: cursorOf(z.tuple([z.string()])).optional(),
});
/** The wildcard of the route, decoded; it is looked up among the paths of the version and used for nothing else. */
const filePath = z.object({ ...versionPath.shape, '*': z.string() });

interface FileView {
  readonly path: string;
  readonly sizeBytes: number;
  readonly executable?: true;
  /** Digest of the layer that holds the file. */
  readonly layer: string;
}

@Controller('api/v1/models/:team/:model/versions/:version/files')
export class FilesController {
  constructor(private readonly files: ReadFiles) {}

  /** In path order. */
  @Get()
  async list(
    @Param({ schema: versionPath }) { team, model, version }: VersionPath,
    @Query({ schema: filesQuery }) { limit, after }: z.output<typeof filesQuery>,
  ): Promise<Page<FileView>> {
    const files = await this.files.list({ team, model }, version);
    return pageOf(files.after(after?.[0], limit + 1), limit, {
      view: fileView,
      cursor: ({ path }) => [path],
    });
  }

  @Get('*')
  async get(
    @Param({ schema: filePath }) params: z.output<typeof filePath>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { team, model, version, '*': path } = params;
    const file = await this.files.find({ team, model }, version, path);
    await sendFile(request, reply, file, (part, signal) => this.files.open(file, part, signal));
  }
}

function fileView({ path, sizeBytes, executable, layer }: PlacedFile): FileView {
  return { path, sizeBytes, ...(executable && { executable }), layer };
}
