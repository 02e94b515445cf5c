import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'
import { fonts } from './scripts/fonts.ts'
import { handbook } from './scripts/handbook.ts'
import { icons } from './scripts/icons.ts'
import { worker } from './scripts/worker.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** In development every address below /desk belongs to the staff page, as the server does it. */
const deskHistory = {
  name: 'desk-history',
  configureServer(server: { middlewares: { use(fn: (req: { url?: string }, res: unknown, next: () => void) => void): void } }) {
    server.middlewares.use((req, _res, next) => {
      if (req.url && /^\/desk(\/[^.]*)?(\?.*)?$/.test(req.url)) req.url = '/desk/index.html'
      if (req.url && /^\/link\/?(\?.*)?$/.test(req.url)) req.url = '/link/index.html'
      next()
    })
  },
}

export default defineConfig({
  plugins: [
    vue(),
    // Element Plus belongs to the desk alone: residents never download it.
    Components({
      dirs: [],
      dts: false,
      include: [/[\\/]src[\\/]desk[\\/].*\.vue(\?|$)/],
      resolvers: [ElementPlusResolver({ importStyle: 'css' })],
    }),
    deskHistory,
    handbook(),
    fonts(),
    icons(),
    worker(),
  ],
  resolve: { alias: { '@': here('./src') } },
  define: {
    __VUE_OPTIONS_API__: true,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    // The handbook lies with the other documents.
    fs: { allow: ['.', '../docs/handbook'] },
    proxy: {
      '/api': process.env.JISHI_SERVER ?? 'http://127.0.0.1:8080',
      '/healthz': process.env.JISHI_SERVER ?? 'http://127.0.0.1:8080',
    },
  },
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    // Old built-in browsers of messaging apps on cheap phones are the floor.
    target: ['chrome86', 'safari13'],
    // Browsers without modulepreload only load a little later; they need no script for it.
    modulePreload: { polyfill: false },
    // Everything as a file of its own: data: addresses are not in the content policy.
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      // The map needs big integers; where a browser has none, it does not load and the list of places stands in.
      onLog: (level, log, show) => log.code !== 'TOLERATED_TRANSFORM' && show(level, log),
      input: { resident: here('./index.html'), desk: here('./desk/index.html'), link: here('./link/index.html') },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts', 'src/**/*.test.ts'],
  },
})
