import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to the server's answers; questions always arrive. */
export type Answers = 'pass' | 'are lost' | { readonly lateByMs: number };

/** A TCP proxy on 127.0.0.1 that does to connections what networks do. */
export class FaultProxy implements AsyncDisposable {
  answers: Answers = 'pass';
  /** Whether new connections are taken. */
  open = true;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #target = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', (client) => this.#join(client));
  }

  static async listen(): Promise<FaultProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultProxy(server);
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy is closed');
    return address.port;
  }

  /** @param port of the server, on 127.0.0.1 */
  forwardTo(port: number): void {
    this.#target = port;
  }

  /** Ends all connections without a goodbye. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
    this.#pairs.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await this.server[Symbol.asyncDispose]();
  }

  #join(client: Socket): void {
    if (!this.open) return void client.resetAndDestroy();
    const server = connect(this.#target, '127.0.0.1');
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end);
    client.pipe(server);
    server.on('data', (bytes: Buffer) => void this.#answer(client, bytes));
  }

  async #answer(client: Socket, bytes: Buffer): Promise<void> {
    const { answers } = this;
    if (answers === 'are lost') return;
    if (answers !== 'pass') await sleep(answers.lateByMs, undefined, { ref: false });
    if (!client.destroyed) client.write(bytes);
  }
}
