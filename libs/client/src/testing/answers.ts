import type { Answer } from './fake-platform.ts';

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function problem(
  status: number,
  code: string,
  detail: string,
  members: Readonly<Record<string, unknown>> = {},
): Answer {
  return { status, body: { type: `/problems/${code}`, status, code, detail, ...members } };
}
