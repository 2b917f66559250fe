import type { ChatHistoryItem } from 'node-llama-cpp';

/** A message as the local model takes it. */
export interface PlainMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/** Messages that go at once when room is needed: were it one by one, nothing evaluated could be used again from then on. */
const BLOCK = 8;

/**
 * The prompt of a conversation, without its oldest turns where it would not fit; what the coach is told at the beginning
 * and the last message always stay.
 * @param encode the tokens of these messages in the model's own chat format
 * @returns undefined when even so it is longer than `room` tokens
 */
export function fitPrompt<Token>(messages: readonly PlainMessage[], room: number, encode: (messages: readonly PlainMessage[]) => readonly Token[]): readonly Token[] | undefined {
  const turns = messages.findIndex(({ role }) => role !== 'system');
  const [head, rest] = turns === -1 ? [[], messages] : [messages.slice(0, turns), messages.slice(turns)];
  for (let left = 0; ; left += BLOCK) {
    const tokens = encode([...head, ...rest.slice(Math.min(left, rest.length - 1))]);
    if (tokens.length <= room) return tokens;
    if (left >= rest.length - 1) return undefined;
  }
}

/** As the library renders it: the reply is to be written into the last item. */
export function toHistory(messages: readonly PlainMessage[]): ChatHistoryItem[] {
  const history = messages.map(({ role, text }): ChatHistoryItem => (role === 'assistant' ? { type: 'model', response: [text] } : { type: role, text }));
  return [...history, { type: 'model', response: [] }];
}
