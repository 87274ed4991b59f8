import { LayerVerifier } from '@floe/layers';

import type { BuildRequest } from '../calls/build-request.ts';
import { ok, problem } from './answers.ts';
import { digestOf } from './fake-builds.ts';
import type { Answer, FakePlatform, Recorded } from './fake-platform.ts';
import { askBlobs, completeUpload, getUpload, putPart } from './fake-upload-routes.ts';

type Route = (platform: FakePlatform, request: Recorded, parts: readonly string[]) => Answer;

const routes: readonly (readonly [RegExp, Route])[] = [
  [/^PUT \/api\/v1\/teams\/([^/]+)\/blobs\/([^/]+)$/, putBlob],
  [/^POST \/api\/v1\/teams\/([^/]+)\/blobs$/, askBlobs],
  [/^GET \/api\/v1\/uploads\/([^/]+)$/, getUpload],
  [/^PUT \/api\/v1\/uploads\/([^/]+)\/parts\/(\d+)$/, putPart],
  [/^POST \/api\/v1\/uploads\/([^/]+)\/complete$/, completeUpload],
  [/^POST \/api\/v1\/models\/([^/]+)\/([^/]+)\/builds$/, createBuild],
  [/^GET \/api\/v1\/builds$/, listBuilds],
  [/^GET \/readyz$/, ({ health }) => health?.readyz ?? problem(404, 'NOT_FOUND', 'Not here.')],
  [
    /^GET \/metrics$/,
    ({ health }) =>
      health ? ok(Buffer.from(health.metrics)) : problem(404, 'NOT_FOUND', 'Not here.'),
  ],
  [/^GET \/api\/v1\/builds\/([^/]+)$/, (platform, _, [id = '']) => found(platform.builds.look(id))],
  [/^POST \/api\/v1\/builds\/([^/]+)\/cancel$/, () => ({ status: 202, body: {} })],
  [/^GET \/api\/v1\/builds\/([^/]+)\/logs$/, logs],
  [/^GET \/api\/v1\/events$/, events],
  [/^GET \/api\/v1\/models$/, listModels],
  [/^GET \/api\/v1\/models\/([^/]+)\/([^/]+)$/, getModel],
  [/^GET \/api\/v1\/models\/([^/]+)\/([^/]+)\/versions$/, listVersions],
  [/^GET \/api\/v1\/models\/([^/]+)\/([^/]+)\/versions\/([^/]+)$/, getVersion],
  [/^GET \/api\/v1\/models\/([^/]+)\/([^/]+)\/versions\/([^/]+)\/files$/, listFiles],
  [/^PUT \/api\/v1\/models\/[^/]+\/[^/]+\/aliases\/([^/]+)$/, () => ok({})],
  [/^GET \/api\/v1\/platform$/, () => ok({ version: '1.2.3', parts: { bus: 'postgres' } })],
  [/^GET \/v2\/([^/]+)\/([^/]+)\/manifests\/([^/]+)$/, getManifest],
  [/^(?:GET|HEAD) \/v2\/([^/]+)\/([^/]+)\/blobs\/([^/]+)$/, getBlob],
];

export function fakeRoutes(platform: FakePlatform, request: Recorded): Answer {
  const line = `${request.method} ${request.path.replace(/\?.*/, '')}`;
  for (const [pattern, route] of routes) {
    const match = pattern.exec(line);
    if (match) return route(platform, request, match.slice(1));
  }
  return problem(404, 'NOT_FOUND', `There is nothing at ${line}.`);
}

function putBlob(
  { builds }: FakePlatform,
  { body }: Recorded,
  [, digest = '']: readonly string[],
): Answer {
  if (builds.blobs.has(digest)) return ok({});
  return builds.put(digest, body)
    ? { status: 201 }
    : problem(422, 'DIGEST_MISMATCH', 'The bytes have another digest.');
}

function createBuild(
  { builds }: FakePlatform,
  { body, headers }: Recorded,
  [team = '', model = '']: readonly string[],
): Answer {
  const request = JSON.parse(body.toString()) as BuildRequest;
  const digests = builds.missing(request.layers);
  if (digests.length > 0) {
    return problem(409, 'LAYERS_MISSING', 'The team has no proof of some layers.', { digests });
  }
  const key = String(headers['idempotency-key']);
  const build = builds.create(team, model, key, request);
  if (build === undefined) {
    return problem(422, 'IDEMPOTENCY_KEY_REUSED', 'The key was used for another request.');
  }
  return { status: 202, body: build, headers: { location: `/api/v1/builds/${build.id}` } };
}

function listBuilds({ builds }: FakePlatform, { path }: Recorded): Answer {
  const state = new URL(path, 'http://floe').searchParams.get('state');
  return ok({
    items: builds.all.filter((build) => state === null || build.state === state).toReversed(),
  });
}

function logs(platform: FakePlatform, { headers }: Recorded): Answer {
  if (headers.accept !== 'text/event-stream') {
    return { status: 200, body: platform.streams.logText() };
  }
  return { stream: platform.streams.openLog(headers['last-event-id']) };
}

function events({ streams }: FakePlatform, { headers }: Recorded): Answer {
  return { stream: streams.openFacts(headers['last-event-id']) };
}

function listModels({ builds }: FakePlatform): Answer {
  const names = new Set(builds.all.map(({ team, model }) => `${team}/${model}`));
  return ok({ items: [...names].map((name) => modelOf(builds, name)) });
}

function getModel({ builds }: FakePlatform, _: Recorded, [team, name]: readonly string[]): Answer {
  const model = modelOf(builds, `${team}/${name}`);
  return model.versionCount === 0
    ? problem(404, 'MODEL_NOT_FOUND', `There is no model ${team}/${name}.`)
    : ok(model);
}

function modelOf(
  builds: FakePlatform['builds'],
  text: string,
): { readonly versionCount: number } & Readonly<Record<string, unknown>> {
  const [team = '', name = ''] = text.split('/');
  const versions = builds.versionsOf(team, name);
  const version = versions.length;
  return {
    team,
    name,
    versionCount: version,
    ...(version > 0 && { latest: { version, releasedAt: '2026-01-01T00:00:00.000Z' } }),
    aliases: {},
  };
}

function listVersions(
  { builds }: FakePlatform,
  _: Recorded,
  [team = '', name = '']: readonly string[],
): Answer {
  return ok({ items: builds.versionsOf(team, name).map(versionOf).toReversed() });
}

function getVersion(
  { builds }: FakePlatform,
  _: Recorded,
  [team = '', name = '', which]: readonly string[],
): Answer {
  const versions = builds.versionsOf(team, name);
  const build =
    which === 'latest'
      ? versions.at(-1)
      : versions.find(({ version }) => String(version) === which);
  return build === undefined
    ? problem(404, 'VERSION_NOT_FOUND', `There is no version ${which}.`)
    : ok(versionOf(build));
}

/** As they stand in the layers of the version, which the verifier of layers reads. */
function listFiles(
  { builds }: FakePlatform,
  _: Recorded,
  [team = '', name = '', which]: readonly string[],
): Answer {
  const build = builds.versionsOf(team, name).find(({ version }) => String(version) === which);
  const layers = build === undefined ? [] : (builds.requests.get(build.id)?.layers ?? []);
  const items = layers.flatMap((layer) => {
    const verifier = new LayerVerifier();
    verifier.write(builds.blobs.get(layer) ?? Buffer.alloc(0));
    return verifier.end().files.map(({ path, sizeBytes, executable }) => ({
      path,
      sizeBytes,
      ...(executable && { executable }),
      layer,
    }));
  });
  return build === undefined
    ? problem(404, 'VERSION_NOT_FOUND', `There is no version ${which}.`)
    : ok({ items });
}

function versionOf(build: FakePlatform['builds']['all'][number]): unknown {
  const { team, model, version, id, image, files } = build;
  return { team, model, version, state: 'released', buildId: id, image, metadata: {}, files };
}

function getManifest(
  { builds }: FakePlatform,
  _: Recorded,
  [team, name, reference = '']: readonly string[],
): Answer {
  const body = builds.manifests.get(`${team}/${name}/${decodeURIComponent(reference)}`);
  return body === undefined
    ? { status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'no such manifest' }] } }
    : { status: 200, body, headers: { 'docker-content-digest': digestOf(body) } };
}

function getBlob(
  { builds }: FakePlatform,
  { headers: { range } }: Recorded,
  [, , digest = '']: readonly string[],
): Answer {
  const body = builds.blobs.get(digest);
  if (body === undefined)
    return { status: 404, body: { errors: [{ code: 'BLOB_UNKNOWN', message: 'no such blob' }] } };
  const rest = body.subarray(Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0));
  const headers = { 'content-length': String(rest.length) };
  return { status: range === undefined ? 200 : 206, body: rest, headers };
}

function found(body: unknown): Answer {
  return body === undefined ? problem(404, 'BUILD_NOT_FOUND', 'There is no such build.') : ok(body);
}
