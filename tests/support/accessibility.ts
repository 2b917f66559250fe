import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds against WCAG 2.2 AA and its best practices: a line each; none is what it should find. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger, since the page's own policy lets no foreign script in.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  const violations = await page.evaluate<{ id: string; nodes: { html: string; failureSummary?: string }[] }[]>("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)");
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary = '' }) => `${id}: ${html}\n${failureSummary}`));
}
