/** By which the services of the platform know each other, as a value that Nest can inject. */
export class InternalToken {
  constructor(readonly value: string | undefined) {}
}
