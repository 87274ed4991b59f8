export interface Gauge {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^(\w+)\{(.*)\} (\S+)$/;

/** What a process says of itself at `/metrics`, under one name. */
export async function gaugesAt(url: string, name: string): Promise<readonly Gauge[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').flatMap((line) => {
    const [, found, labels = '', value] = LINE.exec(line) ?? [];
    if (found !== name) return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text_ = '']) => [
      key,
      text_,
    ]);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}
