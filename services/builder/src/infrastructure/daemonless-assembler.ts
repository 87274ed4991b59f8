import { failPoint } from '@floe/fail-point';
import {
  assembleImage,
  contractLayer,
  type Content,
  type Image,
  OCI_LAYER,
  verifyImage,
  verifyManifest,
} from '@floe/oci';
import { encodeContractProtobin, type Signature } from '@floe/signature';
import type { BlobReader } from '@floe/storage';

import { ImageBuilder, type Log } from '../application/image-builder.ts';
import { BuildFailure } from '../domain/build-failure.ts';
import { type BuildTask, type BuiltImage, repositoryOf } from '../domain/build-task.ts';
import { placeBlobs, repositorySource, storeSource } from './place-blobs.ts';
import { buildFailureOf } from './registry-failure.ts';
import type { Registry } from './registry.ts';
import { resolveRuntime, type Runtime } from './runtimes.ts';

const WORKING_DIR = '/model/files';

/** Writes the two documents of an image; the stored layers are used as they are, whatever their size. */
export class DaemonlessAssembler extends ImageBuilder {
  constructor(
    private readonly registry: Registry,
    private readonly store: BlobReader,
  ) {
    super();
  }

  override async build(task: BuildTask, log: Log, signal: AbortSignal): Promise<BuiltImage> {
    try {
      return await this.#build(task, log, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof BuildFailure ? error : buildFailureOf(error);
    }
  }

  async #build(task: BuildTask, log: Log, signal: AbortSignal): Promise<BuiltImage> {
    const { runtime: runtimeName, installCommand } = task.upload.spec;
    if (installCommand !== undefined) throw needsDocker();
    const runtime =
      runtimeName === undefined
        ? undefined
        : await resolveRuntime(runtimeName, this.registry, signal);
    const contract = contractOf(task);
    const image = imageOf(task, runtime, contract);
    log(`assembling ${repositoryOf(task)} from ${count(image.layers.length, 'layer')}`);

    await this.#place(task, { runtime, contract, image }, log, signal);
    const client = this.registry.repository(repositoryOf(task));
    await client.putManifest(image.manifest, signal);
    failPoint('builder.manifest-put');
    await (this.registry.own ? verifyManifest : verifyImage)(client, image, signal);
    log(`pushed ${image.manifest.digest} and read it back`);
    return { digest: image.manifest.digest, sizeBytes: sizeOf(image) };
  }

  async #place(
    task: BuildTask,
    { runtime, contract, image }: Parts,
    log: Log,
    signal: AbortSignal,
  ): Promise<void> {
    const client = this.registry.repository(repositoryOf(task));
    const model = image.layers.slice(-task.upload.layers.length);
    const small = contract === undefined ? [image.config] : [image.config, contract];
    const [placed] = await Promise.all([
      placeBlobs(client, model, storeSource(this.store), signal),
      ...small.map((content) => client.pushBlob(content, signal)),
      runtime &&
        placeBlobs(
          client,
          image.layers.slice(0, runtime.manifest.layers.length),
          repositorySource(runtime.client),
          signal,
        ),
    ]);
    log(`linked ${count(placed.linked, 'layer')} of the model, sent ${placed.sent}`);
  }
}

interface Parts {
  readonly runtime: Runtime | undefined;
  readonly contract: Content | undefined;
  readonly image: Image;
}

/** The fact's words for types are those of the signature's own lib, of which facts know nothing. */
function contractOf({ inference: { signature } }: BuildTask): Content | undefined {
  return signature && contractLayer(encodeContractProtobin(signature as Signature));
}

function imageOf(
  task: BuildTask,
  runtime: Runtime | undefined,
  contract: Content | undefined,
): Image {
  return assembleImage({
    ...(runtime !== undefined && { runtime }),
    ...(contract !== undefined && { contract }),
    layers: task.upload.layers.map((layer) => ({ ...layer, mediaType: OCI_LAYER })),
    labels: { MODEL_NAME: repositoryOf(task) },
    workingDir: WORKING_DIR,
  });
}

function sizeOf({ manifest, config, layers }: Image): number {
  return [manifest, config, ...layers].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function needsDocker(): BuildFailure {
  return new BuildFailure(
    'INSTALL_FAILED',
    'An install command needs Docker Engine, which this platform does not have.',
    'Upload without an install command, or put its result into a runtime image.',
  );
}
