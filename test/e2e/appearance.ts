import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const folder = fileURLToPath(new URL('screenshots/', import.meta.url))
const desktop = { width: 1280, height: 900 }
const phone = { width: 360, height: 740 }

/**
 * Looks at a page in light, dark and on a phone: axe finds nothing serious, nothing sticks out at the side, and pictures
 * are left in `test/e2e/screenshots/` for people to look at.
 */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const [scheme, size] of [
    ['light', desktop],
    ['dark', desktop],
    ['light', phone],
    ['dark', phone],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.setViewportSize(size)
    const label = `${name}-${size === phone ? 'phone-' : ''}${scheme}`
    await page.screenshot({ path: `${folder}${label}.png`, fullPage: true })
    await page.evaluate(axe.source)
    const { violations } = (await page.evaluate(`axe.run({ exclude: ['[data-live-announcer]'] })`)) as axe.AxeResults
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    const found = serious.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => [id, target, failureSummary]),
    )
    expect(found, label).toEqual([])
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width, `${label} in width`).toBeLessThanOrEqual(size.width)
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null })
  await page.setViewportSize(desktop)
}
