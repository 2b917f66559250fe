import { inferenceUrls, type Config } from '../../core/config.ts';
import { isCodedError } from '../../core/errors.ts';
import { InferenceClient } from '../../protocol/clients/inference.ts';
import { callService } from '../../protocol/clients/service-call.ts';
import type { Check, Outcome } from './check.ts';

/** Common words that come back whole from every voice, espeak’s included. */
const SENTENCE = 'Je voudrais parler avec vous de mon travail et de ma famille.';
/** Share of the sentence's words that must come back. */
const LEAST_HEARD = 0.6;
const LIMIT = 20_000;
const RESTART = 'An engine that dies is started again within seconds: run the doctor once more; logs/inference.log of the data folder says why it died.';

const PROVIDER = 'Check the key, the address, the quota and the status page of the LLM provider; meanwhile the scripted coach leads.';

/** Recognition by silence, each voice by a spoken round trip, the language model by a short question. */
export function speechChecks(config: Config): Check[] {
  const inference = new InferenceClient(inferenceUrls(config));
  return [
    { id: 'stt', title: 'recognition', needs: ['inference'], limitMs: LIMIT, run: (signal) => hearSilence(inference, signal), fix: RESTART },
    ...config.tts.order.filter((level) => config.tts.levels[level].enabled).map((level): Check => ({
      id: `tts-${level}`, title: `voice ${level}`, needs: ['inference'], limitMs: LIMIT, run: (signal) => twice(() => speak(inference, level, signal)), fix: `${RESTART} Without this voice, disable it in tts.levels.`,
    })),
    { id: 'llm', title: 'coach', needs: ['inference', 'token-service'], limitMs: LIMIT, run: (signal) => askCoach(config, signal), fix: PROVIDER },
  ];
}

/** A level that this machine has nothing for is not wrong. */
async function speak(inference: InferenceClient, level: string, signal: AbortSignal): Promise<Outcome> {
  const { parts } = await inference.health(signal);
  return `tts.${level}` in parts ? roundTrip(inference, level, signal) : { status: 'ok', detail: 'not set up here: passed over' };
}

async function hearSilence(inference: InferenceClient, signal: AbortSignal): Promise<Outcome> {
  const { text, engine, model, processingMs } = await inference.transcribe({ pcm: new Int16Array(16_000), sampleRate: 16_000 }, { signal });
  if (text !== '') return { status: 'failed', detail: `${engine} hears words in silence`, fix: RESTART };
  return { status: 'ok', detail: `${engine} ${model}, ${String(Math.round(processingMs))} ms for a second of silence` };
}

/** A voice that misses its deadline once, on a machine that is busy with something else, is not broken. */
async function twice(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    if (isCodedError(error) && error.retryable) return run();
    throw error;
  }
}

async function roundTrip(inference: InferenceClient, level: string, signal: AbortSignal): Promise<Outcome> {
  const speech = await inference.speech({ text: SENTENCE, model: level, language: 'fr', reuse_cache: false }, signal);
  const chunks: Int16Array[] = [];
  for await (const chunk of speech.audio) chunks.push(chunk);
  const pcm = Int16Array.from(chunks.flatMap((chunk) => [...chunk]));
  const heard = await inference.transcribe({ pcm, sampleRate: speech.sampleRate }, { language: 'fr', signal });
  const share = shareHeard(SENTENCE, heard.text);
  const seconds = pcm.length / speech.sampleRate;
  const detail = `${String(Math.round(share * 100))} % of the words came back, first audio ${String(Math.round(speech.firstAudioMs))} ms, ${seconds.toFixed(1)} s of speech`;
  if (speech.level !== level) return { status: 'failed', detail: `${speech.level} answered in its place`, fix: RESTART };
  return share >= LEAST_HEARD ? { status: 'ok', detail } : { status: 'failed', detail, fix: `Listen to it (curl -d '{"text":"Bonjour","model":"${level}"}' … /api/tts): a damaged model is fetched again after its folder in the data folder is removed.` };
}

async function askCoach(config: Config, signal: AbortSignal): Promise<Outcome> {
  const { tokenService, llm } = config;
  const { coach } = (await (await callService('token-service', new URL('/exercises', tokenService.url), { signal })).json()) as { coach?: string };
  if (coach !== 'llm') return { status: 'ok', detail: 'scripted: no LLM key is set (MISTRAL_API_KEY, SCALEWAY_SECRET_KEY or OPENAI_API_KEY would give it one)' };
  const begun = performance.now();
  const reply = await fetch(new URL('/v1/chat/completions', inferenceUrls(config)[0]), {
    method: 'POST', headers: { 'content-type': 'application/json' }, signal,
    body: JSON.stringify({ model: llm.model, max_tokens: 5, messages: [{ role: 'user', content: 'Dis bonjour.' }] }),
  });
  if (reply.ok) return { status: 'ok', detail: `${llm.model} answered after ${String(Math.round(performance.now() - begun))} ms` };
  // This route speaks OpenAI's dialect, errors included.
  const { error } = (await reply.json()) as { error?: { message?: string } };
  return { status: 'failed', detail: error?.message ?? `status ${String(reply.status)}`, fix: PROVIDER };
}

/** Share of `reference`'s words found in `heard`, without regard to case, accents and punctuation. */
export function shareHeard(reference: string, heard: string): number {
  const left = words(heard);
  const wanted = words(reference);
  const found = wanted.filter((word) => {
    const index = left.indexOf(word);
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
  return found.length / wanted.length;
}

const words = (text: string): string[] => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase().match(/[\p{Letter}\p{Number}]+/gu) ?? [];
