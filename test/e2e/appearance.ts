import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Kept by the run, to be looked at. */
const folder = fileURLToPath(new URL('screenshots/', import.meta.url))
const desktop = { width: 1280, height: 900 }
export const phone = { width: 360, height: 740 }

/**
 * Looks at a page in light, dark and on a phone: axe finds nothing, nothing sticks out at the side, and pictures are left
 * in `test/e2e/screenshots/` for people to look at.
 */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  // A dialog covers what is seen, not the whole page.
  const fullPage = (await page.getByRole('dialog').count()) === 0
  for (const [scheme, size] of [
    ['light', desktop],
    ['dark', desktop],
    ['light', phone],
    ['dark', phone],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.setViewportSize(size)
    const label = `${name}-${size === phone ? 'phone-' : ''}${scheme}`
    await page.screenshot({ path: `${folder}${label}.png`, fullPage })
    expect(await findBarriers(page), label).toEqual([])
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect(overflow, `${label} scrolls sideways`).toBe(0)
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null })
  await page.setViewportSize(desktop)
}

/** What axe finds, each with the element that it is about. It is evaluated past the policy, as developer tools do. */
async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(
      // React Aria's, beside the landmarks: screen readers are told what is put in there, wherever it stands.
      { exclude: ['[data-live-announcer]'] },
      { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    ),
  )
  return violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => `${id} (${impact}): ${html}`))
}

/** The lines that the text of an element is broken into on the screen. */
export function linesOf(element: Locator): Promise<string[]> {
  return element.evaluate((root) => {
    const lines: string[] = []
    const range = document.createRange()
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    let bottom = Number.NEGATIVE_INFINITY
    while (texts.nextNode()) {
      const { length, data } = texts.currentNode as Text
      for (let at = 0; at < length; at++) {
        range.setStart(texts.currentNode, at)
        range.setEnd(texts.currentNode, at + 1)
        const box = range.getBoundingClientRect()
        if (box.top >= bottom) lines.push('')
        bottom = box.bottom
        lines.push(`${lines.pop()}${data[at]}`)
      }
    }
    return lines
  })
}
