import { join } from 'node:path';
import { ROOT } from '../../../core/paths.ts';
import type { Step } from '../step.ts';
import type { ModelsOptions } from './bring-models.ts';
import { isVerified } from './receipt.ts';

/** Brings the artefacts of the manifest to `models/` of the data folder, building those that are built. */
export function modelsStep({ manifest = join(ROOT, 'config/models.yaml'), ...options }: Omit<ModelsOptions, 'manifest'> & Partial<ModelsOptions>): Step {
  return {
    name: 'models',
    needed: () => !isVerified(join(options.home, 'models'), { manifest, requested: options.requested ?? [] }),
    async run(progress) {
      // Loaded when there is work: what it imports takes longer than all of `needed`.
      const { bringModels } = await import('./bring-models.ts');
      await bringModels({ ...options, manifest }, progress);
    },
  };
}
