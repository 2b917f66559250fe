import { inferenceUrls, loadConfig } from '../../core/config.ts';
import { loadSecrets } from '../../core/secrets.ts';
import { InferenceClient } from '../../protocol/clients/inference.ts';

/** The inference server of this installation, as its operator asks it. It must be running. */
export function inferenceHere(env: NodeJS.ProcessEnv = process.env): InferenceClient {
  return new InferenceClient(inferenceUrls(loadConfig(env)), { serviceToken: loadSecrets(env).serviceToken });
}

/** Lines of cells as columns. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
