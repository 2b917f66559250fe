// The body of an engine process: loads one engine module and answers its calls. A native crash here ends this process
// and nothing else; the server starts it again.
import type { EngineModule, FromEngine, LoadedEngine, ToEngine } from './messages.ts';

const [moduleUrl = '', options = '{}'] = process.argv.slice(2);
const running = new Map<number, { items: AsyncIterator<unknown>; abort: AbortController }>();

const send = (message: FromEngine): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined); // the server may be gone: then this process ends
};
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function next(id: number): Promise<void> {
  const call = running.get(id);
  if (call === undefined) return;
  try {
    const item: IteratorResult<unknown, unknown> = await call.items.next();
    if (!running.has(id)) return;
    if (item.done !== true) {
      send({ op: 'item', id, value: item.value });
      return;
    }
    running.delete(id);
    send({ op: 'done', id });
  } catch (error) {
    if (running.delete(id)) send({ op: 'error', id, message: words(error) });
  }
}

function handle(engine: LoadedEngine, message: ToEngine): void {
  switch (message.op) {
    case 'call': {
      const method = engine.methods[message.method];
      if (method === undefined) return send({ op: 'error', id: message.id, message: `no method ${message.method}` });
      const abort = new AbortController();
      running.set(message.id, { items: method(message.args as never, abort.signal)[Symbol.asyncIterator](), abort });
      return void next(message.id);
    }
    case 'next':
      return void next(message.id);
    case 'cancel': {
      const call = running.get(message.id);
      running.delete(message.id);
      call?.abort.abort(new Error('cancelled'));
      void call?.items.return?.().catch(() => undefined);
    }
  }
}

process.on('disconnect', () => process.exit(0));
// A ^C in the terminal reaches the whole process group; this process ends when its server lets go of it.
process.on('SIGINT', () => undefined);

try {
  const module = (await import(moduleUrl)) as EngineModule<unknown>;
  const engine = await module.load(JSON.parse(options));
  process.on('message', (message: ToEngine) => handle(engine, message));
  send({ op: 'ready', info: engine.info });
} catch (error) {
  send({ op: 'failed', message: words(error) });
  process.exitCode = 1;
  process.disconnect();
}
