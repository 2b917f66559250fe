import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wavFile } from '../../protocol/pcm.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { withoutChromium } from '../support/browser.ts';
import { bearerOf } from '../support/credentials.ts';
import { pageStage } from '../support/page-stage.ts';
import { sine, toPcm } from '../support/tones.ts';
import { keepStreams, loseMicrophone } from './lost-microphone.ts';

/** A file that Chromium takes for a microphone, 16 kHz. */
function wav(name: string, samples: Float32Array): string {
  const file = join(mkdtempSync(join(tmpdir(), 'eloquence-')), `${name}.wav`);
  writeFileSync(file, wavFile({ pcm: toPcm(samples), sampleRate: 16_000 }));
  return file;
}

describe.skipIf(withoutChromium())('the page before the room', () => {
  const stage = pageStage();

  it('lets one choose among the microphones and go back', async () => {
    const { page } = await stage.open({ path: '#simulation_entretien' });
    await page.getByRole('button', { name: 'Activer le micro' }).click();
    const choice = page.getByRole('combobox', { name: 'Micro utilisé' });
    await choice.waitFor();
    const devices = await choice.locator('option').allTextContents();
    expect(devices.length).toBeGreaterThan(1);
    await choice.selectOption({ index: 1 });
    await expect.poll(() => choice.locator('option:checked').textContent()).toBe(devices[1]);
    await page.getByRole('link', { name: 'Tous les exercices' }).click();
    await page.getByRole('heading', { name: 'Choisissez un exercice' }).waitFor();
  });

  it.each([
    ['denied', { microphone: 'denied' }, 'Le micro est bloqué pour cette page.'],
    ['missing', { microphone: 'missing' }, 'Aucun micro n’a été trouvé.'],
    ['an insecure address', { hostName: 'eloquence.test' }, 'Le navigateur n’ouvre pas de micro sur cette adresse.'],
  ] as const)('says why there is no microphone (%s), and goes on by typing', async (_why, options, words) => {
    const { page } = await stage.open({ ...options, path: '#conversation_libre_marie' });
    await page.getByRole('button', { name: 'Activer le micro' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain(words);
    expect(await page.getByRole('button', { name: 'Réessayer' }).isVisible()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Continuer en écrivant' }).click();
    await page.getByText('Votre micro n’est pas actif').waitFor();
  });

  it('says that the microphone was unplugged, and opens it again', async () => {
    const { page } = await stage.browser();
    await page.addInitScript<PermissionState>(keepStreams, 'granted');
    await page.goto(stage.url('#conversation_libre_marie'));
    await page.getByRole('button', { name: 'Activer le micro' }).click();
    await page.getByRole('combobox', { name: 'Micro utilisé' }).waitFor();
    await page.evaluate(loseMicrophone);
    expect(await page.getByRole('alert').innerText()).toContain('Le micro a été débranché.');
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByRole('combobox', { name: 'Micro utilisé' }).waitFor();
  });

  it('plays two seconds of one’s own voice back', async () => {
    const { page } = await stage.open({ microphone: { wav: wav('voice', sine(300, 16_000, 3)) }, path: '#conversation_libre_marie' });
    await page.getByRole('button', { name: 'Activer le micro' }).click();
    await page.getByText('Nous vous entendons bien.').waitFor();
    const said = page.getByRole('region', { name: 'Votre micro' }).getByRole('status').last();
    await page.getByRole('button', { name: 'Tester pendant deux secondes' }).click();
    await expect.poll(() => said.innerText()).toBe('Parlez, nous enregistrons…');
    await expect.poll(() => said.innerText()).toBe('Voici ce que le coach entendra.');
    await expect.poll(() => said.innerText()).toBe('Si vous vous êtes entendu clairement, tout est prêt.');
    expect(await page.getByRole('button', { name: 'Tester encore' }).isVisible()).toBe(true);
  });

  it('says that it heard nothing', async () => {
    const { page } = await stage.open({ microphone: { wav: wav('silence', new Float32Array(48_000)) }, path: '#conversation_libre_marie' });
    await page.getByRole('button', { name: 'Activer le micro' }).click();
    await page.getByRole('button', { name: 'Tester pendant deux secondes' }).click();
    await page.getByText('Nous n’avons rien entendu.').waitFor();
    expect(await page.getByText('Dites quelques mots pour vérifier.').isVisible()).toBe(true);
  });

  it('records nobody who has not agreed, and asks anew each time', async () => {
    const { page } = await stage.open({ path: '#conversation_libre_marie' });
    const consent = page.getByRole('checkbox', { name: 'Enregistrer la séance pour me réécouter' });
    const enter = async (): Promise<unknown> => {
      const request = page.waitForRequest('**/token');
      await page.getByRole('button', { name: 'Continuer en écrivant' }).click();
      return (await request).postDataJSON();
    };
    expect(await enter()).toMatchObject({ exercise: 'conversation_libre_marie', record: false });
    await page.getByRole('button', { name: 'Quitter' }).click();
    await page.getByRole('link', { name: 'Recommencer' }).click();
    await page.getByText('gardées 30 jours').waitFor();
    await consent.check();
    expect(await enter()).toMatchObject({ record: true });
    await page.getByText('Enregistrée').waitFor();
    await page.getByRole('button', { name: 'Quitter' }).click();
    await page.getByRole('link', { name: 'Recommencer' }).click();
    expect(await consent.isChecked()).toBe(false);
  });

  it('comes by an invitation, and asks for its token with it', async () => {
    const { invitation } = (await (await fetch(stage.url('invitations'), {
      method: 'POST',
      headers: { authorization: `Bearer ${await bearerOf({ role: 'author' })}`, 'content-type': 'application/json' },
      body: JSON.stringify({ exercise: 'simulation_entretien', hours: 1 }),
    })).json()) as { invitation: string };
    const { page } = await stage.open({ path: `#invitation=${invitation}` });
    await page.getByRole('heading', { name: 'Exercice simulation_entretien' }).waitFor();
    await page.getByText('Invitation valable jusqu’au').waitFor();
    const request = page.waitForRequest('**/token');
    await page.getByRole('button', { name: 'Continuer en écrivant' }).click();
    expect((await request).postDataJSON()).toMatchObject({ exercise: 'simulation_entretien', invitation });
    await page.getByText('arrive…').waitFor();
  });

  it('says why an invitation does not open', async () => {
    const { page } = await stage.open({ path: '#invitation=abc.def' });
    await page.getByText('Cette invitation n’est pas valable, ou ne l’est plus.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Tous les exercices' }).click();
    await page.getByRole('heading', { name: 'Choisissez un exercice' }).waitFor();
  });

  it('sends who has a browser without WebRTC to another one', async () => {
    const { page } = await stage.browser();
    await page.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
    await page.goto(stage.url('#conversation_libre_marie'));
    expect(await page.getByRole('alert').innerText()).toContain('Ce navigateur ne permet pas de parler en direct.');
    expect(await page.getByRole('button', { name: 'Continuer en écrivant' }).count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
