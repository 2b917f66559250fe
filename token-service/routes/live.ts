import { delay } from '../../core/clock.ts';
import type { KeptEvent } from '../../protocol/session-events.ts';
import type { Store } from '../../sessions/store.ts';
import type { App, Services } from '../services.ts';
import { ownSession } from './own-session.ts';
import { SessionParams } from './session-params.ts';

/** What another replica of this service was told is looked for so often, ms; what this one was told goes on at once. */
const LOOK = 2_000;
/** Id of an event in the stream. */
const POSITION = /^(\d{1,9})\.(\d{1,9})$/;

/** A session as it happens: turns, states, stage latencies. After a broken connection it goes on with the next event. */
export function liveRoute(app: App, { store }: Services): void {
  app.get('/sessions/:id/live', {
    config: { access: ['learner', 'operator', 'service'] },
    sse: 'only',
    schema: { summary: 'Server-sent events: all that happened so far, and what happens', tags: ['operators', 'learners'], params: SessionParams },
  }, async (request, reply) => {
    const { record: { id } } = await ownSession(store, request);
    const closed = new AbortController();
    reply.sse.onClose(() => closed.abort());
    await reply.sse.send(messages(store, id, reply.sse.lastEventId, closed.signal));
  });
}

async function* messages(store: Pick<Store, 'events' | 'sessions'>, id: string, lastEventId: string | null, closed: AbortSignal): AsyncGenerator<{ id: string; data: KeptEvent } | { event: string; data: object }> {
  const [, from = '0', after = '0'] = POSITION.exec(lastEventId ?? '') ?? [];
  let [term, seq] = [Number(from), Number(after)];
  const news = new News();
  const stop = store.events.onAppended((session) => {
    if (session === id) news.come();
  });
  try {
    while (!closed.aborted) {
      const ended = (await store.sessions.get(id)).endedAt !== undefined;
      for (const kept of await store.events.after(id, term, seq)) {
        [term, seq] = [kept.term, kept.event.seq];
        yield { id: `${term}.${seq}`, data: kept };
      }
      if (ended) {
        yield { event: 'over', data: {} };
        return;
      }
      await news.wait(LOOK, closed);
    }
  } finally {
    stop();
  }
}

/** Something has come since it was last waited for. */
class News {
  #some = false;
  #wake: () => void = () => undefined;

  come(): void {
    this.#some = true;
    this.#wake();
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#some) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await delay(ms, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => undefined);
    }
    this.#some = false;
  }
}
