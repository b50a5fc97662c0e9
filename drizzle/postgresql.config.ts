import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/database/postgresql-tables.ts',
  out: './drizzle/postgresql',
})
