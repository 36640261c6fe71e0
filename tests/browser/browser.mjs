// A page in Chromium that keeps what went wrong: CSP violations, console errors, failed requests.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const BASE_URL = process.env.BASE_URL;
export const CONSOLE = `${BASE_URL}/console/`;
export const API_KEY = process.env.API_KEY;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Runs `visit(page, problems)` in a new browser. */
export async function withPage(options, visit) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    const problems = [];
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    const leftBehind = (request) => request.failure()?.errorText === "net::ERR_ABORTED"; // the page was left meanwhile
    page.on("requestfailed", (request) => leftBehind(request) || problems.push(`failed: ${request.url()}`));
    page.setDefaultTimeout(10_000);
    await visit(page, problems);
  } finally {
    await browser.close();
  }
}

/** The violations of WCAG 2.2 A and AA that axe-core finds, each with its places. */
export async function violations(page) {
  // Over the debugger, since the page's own policy forbids foreign scripts.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression: `axe.run({ runOnly: ${JSON.stringify(WCAG)} }).then((found) => JSON.stringify(found.violations.map(
      ({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.target + " " + node.failureSummary).slice(0, 6) }))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
  return JSON.parse(result.value);
}

/** Signs in through the local provider's page, by keyboard. */
export async function signIn(page, subject, address = "") {
  await page.goto(CONSOLE + address);
  await page.getByRole("button", { name: "Sign in" }).press("Enter");
  await page.getByRole("heading", { name: "Pick a demo person" }).waitFor();
  await page.getByText("Somebody else").press("Enter");
  await page.getByLabel("Subject").fill(subject);
  await page.getByLabel("Subject").press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${CONSOLE}**`);
  await page.locator(".frame, [role=alert]").first().waitFor();
}
