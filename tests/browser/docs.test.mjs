// The reference under /docs/ as people use it. BASE_URL and API_KEY come from test_docs_pages.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { API_KEY, BASE_URL, violations, withPage } from "./browser.mjs";

const REPORT = "#operations-Career_health-get_career_health";

async function openReference(page) {
  await page.goto(`${BASE_URL}/docs/`);
  await page.waitForSelector(".opblock");
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`the reference is clean and accessible in ${colorScheme} mode at ${width} px`, async () => {
      await withPage({ colorScheme, viewport: { width, height: 900 } }, async (page, problems) => {
        await openReference(page);
        assert.deepEqual(await violations(page), []);
        for (const operation of await page.locator(".opblock-summary-control").all()) await operation.click();
        await page.waitForSelector(".responses-table");
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/docs-${colorScheme}-${width}.png` });
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(problems, []);
      });
    });
  }

  test(`the guide is clean and accessible in ${colorScheme} mode`, async () => {
    await withPage({ colorScheme }, async (page, problems) => {
      await page.goto(`${BASE_URL}/docs/guide.html`);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/guide-${colorScheme}.png` });
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(problems, []);
    });
  });
}

test("a key is entered and a request executed by keyboard alone", async () => {
  await withPage({}, async (page, problems) => {
    await openReference(page);
    await page.locator(".btn.authorize").focus();
    await page.keyboard.press("Enter");
    await page.locator(".modal-ux input").focus();
    await page.keyboard.type(API_KEY);
    await page.keyboard.press("Enter");
    await page.locator(".modal-ux .btn-done").focus();
    await page.keyboard.press("Enter");
    await page.locator(`${REPORT} .opblock-summary-control`).focus();
    await page.keyboard.press("Enter");
    await page.locator(`${REPORT} .try-out__btn`).focus();
    await page.keyboard.press("Enter");
    await page.locator(`${REPORT} .execute`).focus();
    await page.keyboard.press("Enter");
    const status = page.locator(`${REPORT} .live-responses-table .response-col_status`).last();
    await status.waitFor();
    assert.match(await status.innerText(), /^200/);
    assert.deepEqual(problems, []);
  });
});

test("Execute calls the server that served the page", async () => {
  await withPage({}, async (page) => {
    await openReference(page);
    const selected = await page.locator(".servers select").inputValue();
    assert.equal(selected, BASE_URL);
  });
});
