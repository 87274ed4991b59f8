import { quoted } from '../model/quoted.ts';

/** A file gave more or fewer bytes than it was planned with. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged';
  readonly code = 'FILE_CHANGED';
  readonly path: string;

  constructor(path: string, plannedBytes: number) {
    super(
      `The file ${quoted(path)} is no longer of ${plannedBytes} bytes: it changed while it was read. Upload again when nothing writes to it.`,
    );
    this.path = path;
  }
}
