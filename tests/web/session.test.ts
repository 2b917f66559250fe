import { AudioStream } from '@livekit/rtc-node';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COACH_ATTRIBUTES, COACH_RPC } from '../../protocol/room.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { PHONE, withoutChromium } from '../support/browser.ts';
import { LISTENING, pageStage, type Meeting } from '../support/page-stage.ts';
import { rms } from '../support/sound.ts';
import { keepStreams, loseMicrophone } from './lost-microphone.ts';

const running = (): Record<string, string> => ({
  ...LISTENING,
  [COACH_ATTRIBUTES.coach]: 'scripted',
  [COACH_ATTRIBUTES.persona]: 'Marie',
  [COACH_ATTRIBUTES.phase]: 'Faire connaissance',
  [COACH_ATTRIBUTES.degraded]: '',
  [COACH_ATTRIBUTES.endsAt]: String(Date.now() + 300_000),
});

describe.skipIf(withoutChromium())('a session on the page', () => {
  const stage = pageStage();
  const meet = (options?: Parameters<typeof stage.meet>[0]) => stage.meet(options, running());

  it('sends what is typed and what is asked for', async () => {
    const { page, coach } = await meet({ typing: true });
    const box = page.getByRole('textbox', { name: 'Écrire au coach' });
    await box.fill('Je préfère écrire.');
    await box.press('Enter');
    await coach.reads('Je préfère écrire.');
    expect(await box.inputValue()).toBe('');
    await page.getByRole('log').getByText('Je préfère écrire.').waitFor();

    await page.getByRole('button', { name: 'Répéter' }).click();
    await coach.isAsked(COACH_RPC.repeat);
    await page.getByRole('button', { name: 'Pause' }).click();
    await coach.isAsked(COACH_RPC.pause);
    await coach.is({ [COACH_ATTRIBUTES.stage]: 'paused' });
    await page.getByText('Marie en pause').waitFor();
    await page.getByRole('button', { name: 'Reprendre' }).click();
    await coach.isAsked(COACH_RPC.resume);
    await page.getByRole('button', { name: 'J’ai fini' }).click();
    await coach.isAsked(COACH_RPC.finish);
  });

  it('keeps what is typed before the coach is there, and hands it over when it is', async () => {
    const { page, room } = await stage.enter({ typing: true });
    await page.getByRole('textbox').fill('Vous êtes là ?');
    await page.getByRole('button', { name: 'Envoyer' }).click();
    await page.getByText('en attente d’envoi').waitFor();
    const coach = await stage.coach(room, running());
    await coach.reads('Vous êtes là ?');
    await page.getByText('en attente d’envoi').waitFor({ state: 'detached' });
  });

  it('carries what is typed from an address that the browser holds for insecure', async () => {
    const { page, room } = await stage.enter({ hostName: 'eloquence.test', typing: true });
    const coach = await stage.coach(room, running());
    await page.getByRole('textbox').fill('Sans micro ici.');
    await page.getByRole('button', { name: 'Envoyer' }).click();
    await coach.reads('Sans micro ici.');
    await page.getByText('en attente d’envoi').waitFor({ state: 'detached' });
  });

  it('mutes, and opens a microphone for who came without one', async () => {
    const { page, coach } = await meet({ typing: true });
    await page.getByRole('button', { name: 'Activer le micro' }).click();
    const published = coach.room.remoteParticipants.get(await coach.learner());
    await expect.poll(() => published?.trackPublications.size).toBe(1);
    await page.getByRole('button', { name: 'Couper le micro' }).click();
    await expect.poll(() => [...(published?.trackPublications.values() ?? [])].map(({ muted }) => muted)).toEqual([true]);
    await page.getByRole('button', { name: 'Rétablir le micro' }).click();
    await expect.poll(() => [...(published?.trackPublications.values() ?? [])].map(({ muted }) => muted)).toEqual([false]);
  });

  it('hides and shows the captions, and remembers it; what waits to be sent is told all the same', async () => {
    const { page, coach } = await meet();
    await coach.says('Bonjour.');
    await page.getByText('Bonjour.').waitFor();
    const toggle = page.getByRole('button', { name: 'Sous-titres' });
    await toggle.click();
    expect(await toggle.getAttribute('aria-pressed')).toBe('false');
    expect(await page.getByRole('log').count()).toBe(0);
    expect(await page.evaluate(() => localStorage.getItem('eloquence.captions'))).toBe('off');
    await coach.leave();
    await page.getByText('arrive…').waitFor();
    await page.getByRole('textbox').fill('Vous êtes là ?');
    await page.keyboard.press('Enter');
    await page.getByText('Un message en attente d’envoi').waitFor();
    await page.keyboard.press('Alt+s');
    await page.getByRole('log').getByText('Bonjour.').waitFor();
  });

  it.each([
    ['unplugged', 'granted', 'Votre micro a été débranché.'],
    ['taken back', 'denied', 'L’accès au micro a été retiré à cette page.'],
  ] as const)('says that the microphone was %s, and goes on with another or by typing', async (_how, permission, words) => {
    const { page, coach } = await meet({ prepare: (opened) => opened.addInitScript(keepStreams, permission) });
    await coach.learnersVoice();
    await page.evaluate(loseMicrophone);
    await page.getByText(words).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Écrire', exact: true }).click();
    expect(await page.getByRole('textbox').evaluate((box) => box === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: 'Choisir un micro' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Activer le micro' }).click();
    await page.getByRole('combobox', { name: 'Micro utilisé' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText(words).waitFor({ state: 'detached' });
    const published = coach.room.remoteParticipants.get(await coach.learner());
    await expect.poll(() => [...(published?.trackPublications.values() ?? [])].map(({ muted }) => muted)).toEqual([false]);
  });

  it('is accessible', async () => {
    const { page, coach } = await meet({ viewport: PHONE, colorScheme: 'dark' });
    await coach.says('Bonjour.');
    await coach.hears('u1', 'Je voudrais');
    await page.getByText('Je voudrais').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight])).toEqual([0, 0]);
  });
});

describe.skipIf(withoutChromium())('a session on the page, from one moment to the next', () => {
  const stage = pageStage({ clears: 'at the end' });
  let meeting: Meeting;
  beforeAll(async () => {
    meeting = await stage.meet({}, running());
  });
  // Each finds it as the one before has found it.
  beforeEach(async () => {
    await meeting.coach.is(running());
    await meeting.page.getByText('Marie vous écoute').waitFor();
  });

  it('writes both sides as they speak: partials grow into finals', async () => {
    const { page, coach } = meeting;
    const log = page.getByRole('log', { name: 'Conversation' });
    await coach.says('Bonjour, comment allez-vous ?');
    await log.getByText('Bonjour, comment allez-vous ?').waitFor();
    await coach.hears('u1', 'Je vais');
    await log.locator('.said-growing', { hasText: 'Je vais' }).waitFor();
    await coach.hears('u1', 'Je vais bien, merci.', { final: true });
    await log.locator('.said-said', { hasText: 'Je vais bien, merci.' }).waitFor();
    await coach.says('Tant mieux. Et ensuite', { unfinished: true });
    await log.locator('.said-growing', { hasText: 'Tant mieux. Et ensuite' }).waitFor();
    expect(await log.locator('.turn-who').allTextContents()).toEqual(['Marie', 'Vous', 'Marie']);
  });

  it('shows what the coach does, the phase, the time left, and who leads', async () => {
    const { page, coach, complaints } = meeting;
    const presence = page.getByRole('region', { name: 'Coach' });
    expect(await presence.innerText()).toMatch(/À vous de parler[^]*Faire connaissance[^]*Coach scénarisé/);
    await expect.poll(() => page.getByRole('timer').innerText()).toMatch(/^4:5\d$/);
    await coach.is({ 'lk.agent.state': 'thinking' });
    await page.getByText('Marie réfléchit').waitFor();
    await coach.is({ 'lk.agent.state': 'speaking' });
    await page.getByText('Marie parle').waitFor();
    expect(await presence.innerText()).toContain('Vous pouvez l’interrompre');
    await coach.is({ [COACH_ATTRIBUTES.endsAt]: String(Date.now() + 30_000) });
    await page.getByText('Il reste une minute.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('carries the learner’s voice to the coach and the coach’s to the learner', async () => {
    const { page, coach } = meeting;
    for await (const frame of new AudioStream(await coach.learnersVoice(), 24_000, 1)) if (rms(frame.data) > 100) break;
    await coach.hums(page.waitForFunction(() => Number(document.querySelector<HTMLElement>('.ring')?.style.getPropertyValue('--level')) > 0.3));
    expect(await page.evaluate(() => [...document.querySelectorAll('audio')].some((audio) => !audio.paused && !audio.muted))).toBe(true);
  });

  it('says what is impaired, and only as long as it is', async () => {
    const { page, coach } = meeting;
    await coach.is({ [COACH_ATTRIBUTES.degraded]: 'stt,tts' });
    await page.getByText('Le coach ne vous entend pas').waitFor();
    await page.getByText('lisez ses réponses ici').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await coach.is({ [COACH_ATTRIBUTES.degraded]: '' });
    await page.getByText('Le coach ne vous entend pas').waitFor({ state: 'detached' });
  });

  it('shows the words of a coach whose voice is out of order to who has hidden them', async () => {
    const { page, coach } = meeting;
    await page.getByRole('button', { name: 'Sous-titres' }).click();
    await page.getByRole('log').waitFor({ state: 'detached' });
    await coach.is({ [COACH_ATTRIBUTES.degraded]: 'tts' });
    await page.getByRole('log').waitFor();
    await page.getByRole('button', { name: 'Sous-titres' }).click();
  });

  it('is heard as loud as the learner wishes, and remembers it', async () => {
    const { page } = meeting;
    const loudness = () => page.evaluate(() => [...document.querySelectorAll('audio')].map(({ volume }) => volume));
    await expect.poll(loudness).toEqual([1]);
    await page.getByRole('button', { name: 'Son et micro' }).click();
    const dialog = page.getByRole('dialog', { name: 'Son et micro' });
    await dialog.getByRole('slider', { name: 'Volume du coach' }).fill('30');
    await expect.poll(loudness).toEqual([0.3]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Son et micro');
    expect(await page.evaluate(() => localStorage.getItem('eloquence.volume'))).toBe('0.3');
  });

  it('helps, and hears its keys', async () => {
    const { page, coach } = meeting;
    await page.keyboard.press('Alt+h');
    const help = page.getByRole('dialog', { name: 'Aide' });
    await help.getByText('Si le coach ne vous entend pas').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await help.getByRole('button', { name: 'Fermer' }).click();
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('Alt+r');
    await coach.isAsked(COACH_RPC.repeat);
    await page.keyboard.press('Alt+p');
    await coach.isAsked(COACH_RPC.pause);
    await page.keyboard.press('Alt+c');
    await page.getByRole('button', { name: 'Rétablir le micro' }).waitFor();
    await page.keyboard.press('Alt+t');
    expect(await page.getByRole('textbox').evaluate((box) => box === document.activeElement)).toBe(true);
  });

  it('moves nothing for who wants no motion', async () => {
    const { page, coach } = meeting;
    for (const state of ['listening', 'thinking', 'speaking']) {
      await coach.is({ 'lk.agent.state': state });
      await page.locator(`.ring-${state}`).waitFor();
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    }
  });
});
