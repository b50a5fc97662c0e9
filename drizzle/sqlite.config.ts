import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/database/sqlite-tables.ts',
  out: './drizzle/sqlite',
})
