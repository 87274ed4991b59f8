import type { ServerResponse } from 'node:http';

interface Line {
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}

/** Facts and log lines of a fake platform; a stream is cut after `cutAfter` messages, and can be resumed. */
export class FakeStreams {
  readonly facts: Line[] = [];
  readonly log: Line[] = [];
  cutAfter = Number.POSITIVE_INFINITY;

  addFact(name: string, data: Readonly<Record<string, unknown>>): void {
    const id = this.facts.length + 1;
    const event = { specversion: '1.0', id: `fact-${id}`, type: `floe.v1.${name}`, data };
    this.facts.push({ id, event: name, data: event });
  }

  addLine(text: string): void {
    const id = this.log.length + 1;
    const at = '2026-01-01T00:00:00.000Z';
    this.log.push({ id, event: 'line', data: { n: id, at, stream: 'stdout', text } });
  }

  endLog(state: string): void {
    this.log.push({ id: this.log.length + 1, event: 'end', data: { state } });
  }

  logText(): string {
    return this.log
      .filter(({ event }) => event === 'line')
      .map(({ data }) => `${(data as { text: string }).text}\n`)
      .join('');
  }

  openFacts(lastEventId: string | string[] | undefined): (response: ServerResponse) => void {
    return (response) => this.#send(this.facts, lastEventId, response);
  }

  openLog(lastEventId: string | string[] | undefined): (response: ServerResponse) => void {
    return (response) => this.#send(this.log, lastEventId, response);
  }

  #send(
    lines: readonly Line[],
    lastEventId: string | string[] | undefined,
    response: ServerResponse,
  ): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': connected\n\n');
    const rest = lines.filter(({ id }) => id > Number(lastEventId ?? 0));
    for (const { id, event, data } of rest.slice(0, this.cutAfter)) {
      response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
    if (rest.length > this.cutAfter)
      response.write('id: half\nevent: half\nda', () => response.destroy());
  }
}
