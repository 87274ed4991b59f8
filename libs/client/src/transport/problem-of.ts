import { FloeProblem } from './errors.ts';
import { retryAfterMs } from './retry.ts';

/** The problem in a refusing answer, whatever its body is. */
export async function problemOf(response: Response): Promise<FloeProblem> {
  const body = await response.text().catch(() => '');
  const wait = retryAfterMs(response.headers.get('retry-after'), Date.now());
  return new FloeProblem(response.status, membersOf(body, response), wait);
}

function membersOf(body: string, response: Response): Readonly<Record<string, unknown>> {
  const json = objectIn(body);
  const [first] = Array.isArray(json?.['errors']) ? (json['errors'] as unknown[]) : [];
  // The distribution protocol has its own form: {"errors":[{"code","message"}]}.
  if (isObject(first) && json?.['code'] === undefined) {
    return { code: first['code'], detail: first['message'] };
  }
  return json ?? { title: `${response.status} ${response.statusText}`.trim() };
}

function objectIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
