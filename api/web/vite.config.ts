import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vite'

// QIFU_API lets the dev server talk to a running product: QIFU_API=http://127.0.0.1:8000 npm run dev
const api = process.env.QIFU_API ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [
    vue(),
    Components({ dirs: [], dts: 'src/components.d.ts', resolvers: [ElementPlusResolver()] }),
  ],
  build: {
    outDir: process.env.QIFU_WEB_OUT ?? 'dist',
    emptyOutDir: true,
    target: ['es2020', 'safari14', 'chrome87'],
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': api } },
})
