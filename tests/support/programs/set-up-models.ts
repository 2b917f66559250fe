/** `node set-up-models.ts <home> <manifest>`: set-up of the models alone, as a process of its own that a test can kill. */
import { isCodedError } from '../../../core/errors.ts';
import { modelsStep } from '../../../ops/setup/models/step.ts';
import { Python } from '../../../ops/setup/python.ts';
import { setUp } from '../../../ops/setup/set-up.ts';
import { Vendors } from '../../../ops/setup/sources/vendors.ts';

const [home = '', manifest = ''] = process.argv.slice(2);
try {
  await setUp([modelsStep({ home, manifest, local: undefined, vendors: new Vendors(), python: new Python(home) })], { home, screen: process.stdout });
} catch (error) {
  if (!isCodedError(error)) throw error;
  process.stdout.write(`${error.code}\n`);
  process.exitCode = 1;
}
