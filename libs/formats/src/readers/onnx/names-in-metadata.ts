const pair =
  /\s*(?<key>\d+|"\d+"|'\d+')\s*:\s*(?<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(?:,|$)/y;
const item = /\s*(?<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(?:,|$)/y;
const longestText = 256 * 1024;

/**
 * Class names that exporters such as Ultralytics put into the metadata under `names`: a mapping from 0, 1, 2 … or a list,
 * in Python's or JSON's spelling. Anything else is no class names.
 */
export function namesInMetadata(text: string | undefined): readonly string[] | undefined {
  const trimmed = text?.trim() ?? '';
  if (trimmed.length > longestText) return undefined;
  const inner = trimmed.slice(1, -1).trim();
  if (/^\{[^]*\}$/.test(trimmed)) return namesByNumber(inner);
  return /^\[[^]*\]$/.test(trimmed) ? texts(inner, item)?.map(([, value]) => value) : undefined;
}

function namesByNumber(inner: string): readonly string[] | undefined {
  const byNumber = new Map(texts(inner, pair));
  const names = Array.from({ length: byNumber.size }, (_, index) => byNumber.get(String(index)));
  return names.every((name) => name !== undefined) && names.length > 0 ? names : undefined;
}

/** All of the text must be of the pattern. */
function texts(inner: string, pattern: RegExp): [key: string, value: string][] | undefined {
  const found: [string, string][] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < inner.length) {
    const groups = pattern.exec(inner)?.groups;
    if (!groups) return undefined;
    found.push([groups['key']?.replaceAll(/["']/g, '') ?? '', unquoted(groups['value'] ?? '')]);
  }
  return found;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
