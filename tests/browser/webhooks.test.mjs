// Settings, Webhooks, as admins and members use it, with a receiver on loopback. PEOPLE comes from test_console.py.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { signIn, violations, withPage } from "./browser.mjs";

const PEOPLE = JSON.parse(process.env.PEOPLE);
const HACK = "<img src=x onerror=globalThis.hacked=1>";
let receiver, hook, status;

before(async () => {
  receiver = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "text/html" }).end(HACK);
  });
  await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  hook = `http://127.0.0.1:${receiver.address().port}/hooks`;
});
after(() => receiver.close());

async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/webhooks-${name}.png`, fullPage: true });
}

async function enter(page, subject) {
  await signIn(page, subject, "settings/webhooks");
  await page.getByRole("heading", { level: 1, name: "Webhooks" }).waitFor();
}

async function add(page, url) {
  await page.getByRole("button", { name: "Add an endpoint" }).press("Enter");
  await page.getByLabel("URL").fill(url);
  await page.keyboard.press("Enter");
  const secret = await page.locator("[data-secret]").innerText();
  await page.getByRole("button", { name: "I have copied it" }).press("Enter");
  return secret;
}

async function remove(page, host) {
  await page.getByRole("button", { name: "Delete" }).press("Enter");
  await page.getByLabel(`Type ${host} to go on`).fill(host);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Webhooks" }).waitFor();
}

const clean = async (page, name) => {
  await page.waitForTimeout(200); // dialogs fade in
  await shot(page, name);
  assert.deepEqual(await violations(page), [], name);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(tooWide <= 0, `${name} is ${tooWide} px wider than the window`);
};

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    const at = `${colorScheme}-${width}`;
    test(`an endpoint is added, tried, replayed, rotated and deleted in ${colorScheme} mode at ${width} px`, () => withPage({ colorScheme, viewport: { width, height: 900 } }, async (page, problems) => {
      const { host } = new URL(hook);
      await enter(page, PEOPLE.admin);
      await page.getByText("No endpoints yet").waitFor();
      await clean(page, `empty-${at}`);
      await page.getByRole("button", { name: "Add an endpoint" }).click();
      await page.getByLabel("Events").selectOption("some");
      await clean(page, `add-${at}`);
      await page.getByLabel("Events").selectOption("all");
      await page.getByLabel("URL").fill(`${hook}?x=${"long".repeat(20)}<b>`.replace("<b>", "%3Cb%3E"));
      await page.getByRole("button", { name: "Add endpoint", exact: true }).click();
      assert.match(await page.locator("[data-secret]").innerText(), /^whsec_/);
      await clean(page, `secret-${at}`);
      await page.getByRole("button", { name: "I have copied it" }).click();
      await page.locator(".threads tbody a").click();
      status = 500;
      await page.getByRole("button", { name: "Send test event" }).click();
      await page.getByText("The server answered 500.").first().waitFor({ timeout: 20_000 });
      await page.getByRole("link", { name: "webhook.test" }).click();
      await page.getByText("Response").first().click();
      await page.locator(".detail").getByText(HACK).waitFor();
      await clean(page, `failed-${at}`);
      status = 200;
      await page.getByRole("button", { name: "Replay" }).click();
      await page.getByText("Your server answered 200.").waitFor({ timeout: 20_000 });
      const address = page.url();
      await page.goBack();
      await page.getByRole("heading", { name: "Payload" }).waitFor({ state: "detached" });
      await page.goForward();
      await page.reload();
      await page.getByRole("heading", { name: "Payload" }).waitFor();
      assert.equal(page.url(), address);
      await page.getByRole("link", { name: "Close" }).click();
      await clean(page, `endpoint-${at}`);
      await page.getByRole("button", { name: "Rotate secret" }).click();
      await page.getByText("Both secrets sign for 24 hours").waitFor();
      await page.getByRole("button", { name: "Rotate", exact: true }).click();
      await page.getByText("Both secrets sign until").waitFor();
      await clean(page, `rotated-${at}`);
      await page.getByRole("button", { name: "I have copied it" }).click();
      await page.getByRole("button", { name: "Disable" }).click();
      await page.getByText("Nothing is sent while the endpoint is disabled").waitFor();
      await clean(page, `disabled-${at}`);
      await page.getByRole("link", { name: "All endpoints" }).click();
      await page.getByText("Disabled").waitFor();
      await clean(page, `list-${at}`);
      await page.locator(".threads tbody a").click();
      await page.getByRole("button", { name: "Enable" }).click();
      await page.getByRole("button", { name: "Disable" }).waitFor();
      await page.getByRole("button", { name: "Delete" }).click();
      assert.ok(await page.getByRole("button", { name: "Delete endpoint" }).isDisabled());
      await clean(page, `delete-${at}`);
      await page.getByLabel(`Type ${host} to go on`).fill(host);
      await page.getByRole("button", { name: "Delete endpoint" }).click();
      await page.getByText("No endpoints yet").waitFor();
      assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
      assert.deepEqual(problems, []);
    }));
  }
}

test("an endpoint is added, tried, changed and deleted by keyboard alone", () => withPage({}, async (page, problems) => {
  status = 204;
  await enter(page, PEOPLE.admin);
  const secret = await add(page, hook);
  assert.equal(await page.getByText(secret).count(), 0);
  await page.locator(".threads tbody a").press("Enter");
  await page.getByRole("button", { name: "Send test event" }).press("Enter");
  await page.getByText("Delivered: your server answered 204").waitFor({ timeout: 20_000 });
  await page.getByRole("link", { name: "webhook.test" }).press("Enter");
  await page.getByRole("button", { name: "Replay" }).press("Enter");
  await page.getByText("Your server answered 204.").nth(1).waitFor({ timeout: 20_000 });
  await page.getByRole("button", { name: "Change" }).press("Enter");
  await page.getByLabel("Events").selectOption("some");
  for (const name of ["Its owner", "An integration", "The team"]) await page.getByLabel(name).press("Space");
  await page.getByRole("button", { name: "Save" }).press("Enter");
  await page.getByText("Enabled · message.received").waitFor();
  await page.getByRole("button", { name: "Rotate secret" }).press("Enter");
  await page.getByText("Both secrets sign for 24 hours").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await remove(page, new URL(hook).host);
  await page.getByText("No endpoints yet").waitFor();
  assert.deepEqual(problems, []);
}));

test("a member reads who manages webhooks, and nothing is asked of the API", () => withPage({}, async (page, problems) => {
  const asked = [];
  page.on("request", (request) => request.url().includes("console/api/webhooks") && asked.push(request.url()));
  await enter(page, PEOPLE.pro);
  await page.getByText("For admins of your team").waitFor();
  await clean(page, "member-light-1280");
  assert.deepEqual(asked, []);
  assert.deepEqual(problems, []);
}));

test("a bad URL is explained, a limit is counted down, and what was typed stays", () => withPage({}, async (page) => {
  await enter(page, PEOPLE.admin);
  await page.getByRole("button", { name: "Add an endpoint" }).click();
  await page.getByLabel("URL").fill("https://10.0.0.1/");
  await page.keyboard.press("Enter");
  await page.getByText("must name a host by its full DNS name").waitFor();
  assert.equal(await page.getByLabel("URL").inputValue(), "https://10.0.0.1/");
  await clean(page, "refused-light-1280");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.route("**/console/api/webhooks", (route) => route.fulfill({
    status: 429, headers: { "content-type": "application/problem+json", "retry-after": "2" },
    body: JSON.stringify({ detail: "Your team has used up its requests for now." }),
  }));
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("button", { name: /Try again in [12] s/ }).waitFor();
  await page.unroute("**/console/api/webhooks");
  await page.getByRole("button", { name: "Try again", exact: true }).click();
  await page.getByText("No endpoints yet").waitFor();
}));
