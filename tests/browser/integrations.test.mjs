// Settings, Integrations, as admins and members use it, with events signed as Greenhouse signs them. PEOPLE comes from
// test_console.py.
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { test } from "node:test";
import { signIn, violations, withPage } from "./browser.mjs";

const PEOPLE = JSON.parse(process.env.PEOPLE);

async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/integrations-${name}.png`, fullPage: true });
}

const clean = async (page, name) => {
  await page.waitForTimeout(200); // dialogs fade in
  await shot(page, name);
  assert.deepEqual(await violations(page), [], name);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(tooWide <= 0, `${name} is ${tooWide} px wider than the window`);
};

async function enter(page, subject) {
  await signIn(page, subject, "settings/integrations");
  await page.getByRole("heading", { level: 1, name: "Integrations" }).waitFor();
}

/** Sends an event as Greenhouse does, and returns the status of the answer. */
async function send(address, secret, action, payload) {
  const body = JSON.stringify({ action, payload });
  const signature = `sha256 ${createHmac("sha256", secret).update(body).digest("hex")}`;
  const headers = { Signature: signature, "Greenhouse-Event-ID": randomUUID(), "content-type": "application/json" };
  return (await fetch(address, { method: "POST", headers, body })).status;
}

const hire = (id) => ({ application: { id, offer: { resolved_at: "2026-10-12T15:45:00.000Z" } } });

async function remove(page) {
  await page.getByRole("button", { name: "Delete" }).press("Enter");
  await page.getByLabel("Type Greenhouse to go on").fill("Greenhouse");
  await page.keyboard.press("Enter");
  await page.getByText("Nothing connected yet").waitFor();
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    const at = `${colorScheme}-${width}`;
    test(`a system is connected, tried, linked and deleted in ${colorScheme} mode at ${width} px`, () => withPage({ colorScheme, viewport: { width, height: 900 } }, async (page, problems) => {
      await enter(page, PEOPLE.admin);
      await page.getByText("Nothing connected yet").waitFor();
      await clean(page, `empty-${at}`);
      await page.getByRole("button", { name: "Connect a system" }).click();
      await clean(page, `add-${at}`);
      await page.getByRole("button", { name: "Connect", exact: true }).click();
      await page.getByText("Nothing is taken from Greenhouse before you set the secret.").waitFor();
      const address = await page.locator(".copyable code").first().innerText();
      await page.getByText("Endpoint URL").waitFor();
      await clean(page, `new-${at}`);
      await page.getByRole("button", { name: "Test" }).click();
      await page.getByText("There is no secret yet.").waitFor();
      await page.getByRole("button", { name: "Set secret" }).click();
      await page.getByRole("button", { name: "Make one for me" }).click();
      const secret = await page.getByRole("textbox", { name: "Secret" }).inputValue();
      assert.match(secret, /^[A-Za-z0-9+/]{32}$/);
      await clean(page, `secret-${at}`);
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Waiting for its first event").waitFor();
      assert.equal(await page.getByText(secret).count(), 0);
      await page.getByRole("button", { name: "Test" }).click();
      await page.getByText("The secret works").waitFor();
      assert.equal(await send(address, "another", "hire_candidate", hire("1")), 401);
      await page.getByRole("button", { name: "Refresh" }).click();
      await page.getByText("its signature does not match the secret").waitFor();
      const application = randomUUID();
      assert.equal(await send(address, secret, "hire_candidate", hire(application)), 200);
      assert.equal(await send(address, secret, "a_new_kind", hire(application)), 200);
      assert.equal(await send(address, secret, PEOPLE.attack, hire(application)), 200);
      await page.getByRole("button", { name: "Refresh" }).click();
      await page.getByText("Accepted, waiting for a link").waitFor();
      await page.getByRole("cell", { name: "Could not be read" }).waitFor();
      await page.getByText("Changes nothing").first().waitFor();
      await clean(page, `events-${at}`);
      await page.getByRole("button", { name: `Link application ${application}` }).click();
      await page.locator("datalist option").nth(4).waitFor({ state: "attached" });
      await page.getByLabel("Thread id").fill(PEOPLE.attacked);
      await clean(page, `link-${at}`);
      await page.getByRole("button", { name: "Link", exact: true }).click();
      await page.getByText("Accepted, applied").waitFor();
      await page.getByRole("link", { name: "All integrations" }).click();
      await page.getByText("Receiving").waitFor();
      await clean(page, `list-${at}`);
      await page.getByRole("link", { name: "Greenhouse" }).click();
      await page.reload();
      await page.getByText("Accepted, applied").waitFor();
      await page.getByRole("button", { name: "Delete" }).click();
      assert.ok(await page.getByRole("button", { name: "Delete connection" }).isDisabled());
      await clean(page, `delete-${at}`);
      await page.keyboard.press("Escape");
      await remove(page);
      assert.equal(await send(address, secret, "hire_candidate", hire("2")), 401);
      assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
      assert.deepEqual(problems, []);
    }));
  }
}

test("a system is connected, given a secret and deleted by keyboard alone", () => withPage({}, async (page, problems) => {
  await enter(page, PEOPLE.admin);
  await page.getByRole("button", { name: "Connect a system" }).press("Enter");
  await page.getByLabel("Applicant tracking system").press("ArrowDown");
  await page.getByRole("button", { name: "Connect", exact: true }).press("Enter");
  await page.getByRole("heading", { level: 1, name: "Ashby" }).waitFor();
  await page.getByText("Secret Token").waitFor();
  await page.getByRole("button", { name: "Set secret" }).press("Enter");
  await page.getByRole("textbox", { name: "Secret" }).pressSequentially("a secret of my own");
  await page.keyboard.press("Enter");
  await page.getByText("Waiting for its first event").waitFor();
  await page.getByRole("button", { name: "Delete" }).press("Enter");
  await page.getByLabel("Type Ashby to go on").pressSequentially("Ashby");
  await page.keyboard.press("Enter");
  await page.getByText("Nothing connected yet").waitFor();
  assert.deepEqual(problems, []);
}));

test("a team below Enterprise reads what integrations are, and nothing is asked of the API", () => withPage({}, async (page, problems) => {
  const asked = [];
  page.on("request", (request) => request.url().includes("console/api/integrations") && asked.push(request.url()));
  await enter(page, PEOPLE.pro);
  await page.getByText("Part of the Enterprise plan").waitFor();
  await clean(page, "pro-light-1280");
  assert.deepEqual(asked, []);
  assert.deepEqual(problems, []);
}));

test("an unknown thread is explained, and what was typed stays", () => withPage({}, async (page) => {
  await enter(page, PEOPLE.admin);
  await page.getByRole("button", { name: "Connect a system" }).click();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  const address = await page.locator(".copyable code").first().innerText();
  await page.getByRole("button", { name: "Set secret" }).click();
  await page.getByRole("textbox", { name: "Secret" }).fill("secret");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Waiting for its first event").waitFor();
  assert.equal(await send(address, "secret", "hire_candidate", hire(randomUUID())), 200);
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("button", { name: /^Link application/ }).click();
  await page.getByLabel("Thread id").fill("msg_unknown");
  await page.keyboard.press("Enter");
  await page.getByText("This team has no thread with this id.").waitFor();
  assert.equal(await page.getByLabel("Thread id").inputValue(), "msg_unknown");
  await clean(page, "refused-light-1280");
  await page.keyboard.press("Escape");
  await remove(page);
}));

test("an unknown connection is explained, and a limit is counted down", () => withPage({}, async (page) => {
  await signIn(page, PEOPLE.admin, "settings/integrations/nothing");
  await page.getByText("This team has no connection with this id.").waitFor();
  await page.route("**/console/api/integrations", (route) => route.fulfill({
    status: 429, headers: { "content-type": "application/problem+json", "retry-after": "2" },
    body: JSON.stringify({ detail: "Your team has used up its requests for now." }),
  }));
  await page.getByRole("link", { name: "All integrations" }).click();
  await page.getByRole("button", { name: /Try again in [12] s/ }).waitFor();
  await page.unroute("**/console/api/integrations");
  await page.getByRole("button", { name: "Try again", exact: true }).click();
  await page.getByText("Nothing connected yet").waitFor();
}));
