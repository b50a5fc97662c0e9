import { existsSync, readFileSync } from 'node:fs'

/** The version of an installed package, the bench's own or else the project's. */
export function versionOf(name: string): string {
  const places = ['../node_modules/', '../../node_modules/'].map(
    (place) => new URL(`${place}${name}/package.json`, import.meta.url),
  )
  const place = places.find((url) => existsSync(url))
  if (!place) throw new Error(`${name} is not installed: npm ci --prefix bench`)
  return (JSON.parse(readFileSync(place, 'utf8')) as { version: string }).version
}
