import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const formats = { br: promisify(brotliCompress), gz: promisify(gzip) }
/** Bytes: below, a compressed file is not worth having. */
const leastWorth = 1024

/** Writes each file compressed beside itself, for the server to hand out as it is. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  generateBundle: {
    order: 'post',
    async handler(_options, bundle) {
      for (const [fileName, output] of Object.entries(bundle)) {
        const content = Buffer.from(output.type === 'chunk' ? output.code : output.source)
        if (content.length < leastWorth || !/^assets\/.*\.(js|css|svg)$/.test(fileName)) continue
        for (const [ending, compress] of Object.entries(formats)) {
          const options = ending === 'br' ? { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } } : { level: 9 }
          this.emitFile({ type: 'asset', fileName: `${fileName}.${ending}`, source: await compress(content, options) })
        }
      }
    },
  },
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [compressed],
  resolve: { dedupe: ['graphql', 'react', 'react-dom'] },
  build: {
    target: 'baseline-widely-available',
    outDir: 'dist',
    emptyOutDir: true,
    assetsDir: 'assets',
    // A strict policy refuses scripts and images that stand in the page itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      onwarn(warning, warn) {
        // Directives for servers that render React: nothing to a bundle.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
    },
  },
  server: {
    // The access explorer shares its picture with `npm run access -- --html`.
    fs: { allow: ['..'] },
    // `npx vite console` beside a server on its own port, for those who work on the pages.
    proxy: Object.fromEntries(['/graphql', '/oauth', '/dev'].map((path) => [path, 'http://localhost:4000'])),
  },
})
