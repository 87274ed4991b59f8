import { Injectable } from '@nestjs/common';

import type { Answer, Asked } from './asked.ts';
import { unsupported } from './error-answer.ts';
import type { Target } from './parse-target.ts';
import { Pull } from './pull.ts';
import { PushBlob } from './push-blob.ts';
import { PushManifest } from './push-manifest.ts';

type Handlers = Readonly<Record<string, () => Answer | Promise<Answer>>>;

/** Which address takes which method (distribution-spec 1.1, "Endpoints"). */
@Injectable()
export class Distribution {
  constructor(
    private readonly pull: Pull,
    private readonly blobs: PushBlob,
    private readonly manifests: PushManifest,
  ) {}

  async handle(method: string, target: Target | undefined, asked: Asked): Promise<Answer> {
    const handlers = target === undefined ? {} : this.#handlersOf(target, asked);
    const handle = handlers[method === 'HEAD' ? 'GET' : method];
    return handle === undefined ? unsupported(methodsOf(handlers)) : handle();
  }

  #handlersOf(target: Target, asked: Asked): Handlers {
    const { pull, blobs, manifests } = this;
    switch (target.kind) {
      case 'base':
        return { GET: () => pull.ping() };
      case 'manifest':
        return {
          GET: () => pull.manifest(target, asked),
          PUT: () => manifests.put(target, asked),
          DELETE: () => manifests.remove(target, asked),
        };
      case 'blob':
        // Blobs go when nothing refers to them any more, by the registry's own hand.
        return { GET: () => pull.blob(target, asked) };
      case 'uploads':
        return { POST: () => blobs.begin(target, asked) };
      case 'upload':
        return {
          GET: () => blobs.status(target, asked),
          PATCH: () => blobs.append(target, asked),
          PUT: () => blobs.finish(target, asked),
          DELETE: () => blobs.cancel(target, asked),
        };
      case 'tags':
        return { GET: () => pull.tags(target, asked) };
      case 'referrers':
        return { GET: () => pull.referrers(target, asked) };
    }
  }
}

function methodsOf(handlers: Handlers): readonly string[] {
  return Object.keys(handlers).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method));
}
