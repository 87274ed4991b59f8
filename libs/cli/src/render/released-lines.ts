import type { Build, Uploaded } from '@floe/client';

import { bytesText, countText, durationText } from './quantities.ts';
import { signatureText } from './signature-text.ts';
import { factLines } from './table.ts';

/** What a person reads when a version is released. */
export function releasedLines(build: Build, sent: string | undefined): readonly string[] {
  const { team, model, version, image, signature, framework } = build;
  return [
    `${team}/${model} version ${version ?? '?'} released`,
    ...factLines([
      ['image', image?.reference],
      ['digest', image?.digest],
      ['framework', framework],
      ['signature', signature ? signatureText(signature) : 'not known'],
      ['layers', sent],
    ]),
    ...build.warnings.map(({ code, message }) => `  warning: ${code}: ${message}`),
    ...snippetLines(build),
  ];
}

/** What a person reads when an upload is accepted and goes on alone. */
export function acceptedLines(build: Build, sent: string): readonly string[] {
  return [
    `${build.team}/${build.model} accepted as build ${build.id}`,
    ...factLines([['layers', sent]]),
    '',
    `  floe logs ${build.id} -f`,
  ];
}

/** `12 of 14 layers already there: sent 38 MB of 4.1 GB in 1.2 s` */
export function sentText(uploaded: Omit<Uploaded, 'build'>, ms: number): string {
  const { layers, presentLayers, sentBytes, totalBytes } = uploaded;
  const there = `${presentLayers} of ${countText(layers, 'layer')} already there`;
  return `${there}: sent ${bytesText(sentBytes)} of ${bytesText(totalBytes)} in ${durationText(ms)}`;
}

function snippetLines({ image, spec }: Build): readonly string[] {
  if (image === undefined) return [];
  const pinned = image.pinned ?? image.reference;
  if (spec?.['runtime'] !== undefined) return ['', `  docker run --rm ${image.reference}`];
  return [
    '',
    `  docker pull ${image.reference}`,
    '',
    '  # in a Kubernetes pod: the files appear under the mount at model/files',
    '  volumes:',
    '    - name: model',
    `      image: { reference: ${pinned}, pullPolicy: IfNotPresent }`,
  ];
}
