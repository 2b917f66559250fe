import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** JavaScript that the first page may cost, gzipped. What a session needs besides is fetched when one is chosen. */
const FIRST_LOAD_LIMIT = 250_000;

export default defineConfig({
  plugins: [react(), firstLoadBudget()],
  // Everything is a file of its own: the service's Content-Security-Policy knows no `data:` and nothing inline.
  build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 1_000, modulePreload: { polyfill: false }, reportCompressedSize: false },
});

/** Prints what the entry and its static imports weigh, and fails the build above the limit. */
function firstLoadBudget(): Plugin {
  return {
    name: 'first-load-budget',
    generateBundle(_options, bundle) {
      const seen = new Set<string>();
      const weigh = (file: string): number => {
        const chunk = bundle[file];
        if (seen.has(file) || chunk?.type !== 'chunk') return 0;
        seen.add(file);
        return gzipSync(chunk.code).length + chunk.imports.reduce((sum, imported) => sum + weigh(imported), 0);
      };
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const first = chunks.filter((chunk) => chunk.isEntry).reduce((sum, chunk) => sum + weigh(chunk.fileName), 0);
      const later = chunks.reduce((sum, chunk) => sum + weigh(chunk.fileName), 0);
      this.info(`first load ${kilobytes(first)} of JavaScript gzipped (limit ${kilobytes(FIRST_LOAD_LIMIT)}); a session fetches ${kilobytes(later)} more`);
      if (first > FIRST_LOAD_LIMIT) this.error('the first load is over its limit');
    },
  };
}

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;
