import type { InferenceClient } from '../../protocol/clients/inference.ts';
import { renderWhole } from '../../protocol/clients/render-ahead.ts';
import { shippedPersona } from './simulated-learner.ts';

/** Renders a coach's first words, as `eloquence up` does: the first sound of an inference that has just started is slow in coming. */
export async function rendersGreeting(inference: InferenceClient, text = 'Bonjour, de quoi parlons-nous ?', coach = 'marie_coach'): Promise<void> {
  const { voice, speed } = shippedPersona(coach);
  await renderWhole(inference, { voice, speed, language: 'fr', text }, AbortSignal.timeout(60_000));
}
