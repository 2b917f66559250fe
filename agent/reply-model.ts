import { llm, type APIConnectOptions } from '@livekit/agents';

/** Who thought of a reply. */
export type ReplyBy = 'scripted' | 'llm';

export interface ReplyPiece {
  readonly by: ReplyBy;
  readonly text: string;
}

/** Thinks of the reply to the last message of a conversation, piece by piece. It never fails: some coach always answers. */
export type Think = (conversation: llm.ChatContext, signal: AbortSignal) => AsyncIterable<ReplyPiece>;

/** The coach's thinking as a language model of the framework, so that its preemptive generation and interruption apply. */
export class ReplyModel extends llm.LLM {
  readonly #think: Think;

  constructor(think: Think) {
    super();
    this.#think = think;
  }

  override label(): string {
    return 'eloquence.ReplyModel';
  }

  override chat({ chatCtx, toolCtx, connOptions }: Parameters<llm.LLM['chat']>[0]): llm.LLMStream {
    const patience: APIConnectOptions = connOptions ?? { maxRetry: 0, retryIntervalMs: 0, timeoutMs: 30_000 };
    return new ReplyStream(this, this.#think, { chatCtx, ...(toolCtx === undefined ? {} : { toolCtx }), connOptions: patience });
  }
}

class ReplyStream extends llm.LLMStream {
  readonly #think: Think;

  constructor(model: ReplyModel, think: Think, options: ConstructorParameters<typeof llm.LLMStream>[1]) {
    super(model, options);
    this.#think = think;
  }

  protected override async run(): Promise<void> {
    const id = crypto.randomUUID();
    const { signal } = this.abortController;
    for await (const { by, text } of this.#think(this.chatCtx, signal)) {
      if (signal.aborted || this.queue.closed) return;
      this.queue.put({ id, delta: { role: 'assistant', content: text, extra: { by } } });
    }
  }
}
