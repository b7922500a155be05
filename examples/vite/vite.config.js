import mdx from '@mdx-js/rollup';
import { defineConfig } from 'vite';

export default defineConfig({
  // Pages may lie in any folder.
  base: './',
  plugins: [{ enforce: 'pre', ...mdx() }],
  esbuild: { jsx: 'automatic' },
  // While developing, the package finds its page by its own address.
  optimizeDeps: { exclude: ['runtime-duel'] },
  build: { target: 'es2022', rollupOptions: { input: ['index.html', 'vue.html'] } },
});
