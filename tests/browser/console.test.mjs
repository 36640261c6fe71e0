// The console as people use it. BASE_URL and PEOPLE (identities of an admin, a member, a Pro candidate and somebody in
// no team) come from test_console.py. With SHOTS=folder every page and state is kept as a picture.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BASE_URL, CONSOLE, signIn, violations, withPage } from "./browser.mjs";

const PEOPLE = JSON.parse(process.env.PEOPLE);
const PAGES = [
  ["threads", "Threads"], ["health", "Career health"], ["signals/Stripe", "Company signals"], ["fit", "Job fit"],
  ["team", "Team"], ["settings/keys", "API keys"], ["settings/webhooks", "Webhooks"], ["settings/integrations", "Integrations"],
];
const AD = "Growth lead: own the activation funnel, run experiments in SQL, lead a team of five.";

async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/console-${name}.png`, fullPage: true });
}

const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();
const settled = async (page) => {
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(150);
};
const signed = (name, options, visit) => test(name, () => withPage(options, async (page, problems) => {
  await visit(page, problems);
  assert.deepEqual(problems, []);
}));

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    const at = `${colorScheme}-${width}`;
    signed(`every page is clean and accessible in ${colorScheme} mode at ${width} px`, { colorScheme, viewport: { width, height: 900 } }, async (page) => {
      await page.goto(CONSOLE);
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      await shot(page, `door-${at}`);
      assert.deepEqual(await violations(page), []);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: "Pick a demo person" }).waitFor();
      await shot(page, `provider-${at}`);
      assert.deepEqual(await violations(page), []);
      await signIn(page, PEOPLE.admin);
      for (const [address, title] of PAGES) {
        await page.goto(CONSOLE + address); // a reload: the provider signs in again without a question
        await heading(page, title);
        await settled(page);
        if (address === "fit") {
          await page.getByLabel("Job description").fill(AD);
          await page.getByRole("button", { name: "Compare" }).click();
          await page.getByRole("heading", { name: "Talking points" }).waitFor();
        }
        if (address === "health") {
          await page.getByText("Messages in each of five quarters.").first().waitFor();
        }
        for (const details of await page.locator("summary").all()) await details.click();
        await shot(page, `${address.replace("/", "-")}-${at}`);
        assert.deepEqual(await violations(page), [], address);
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(tooWide <= 0, `${address} is ${tooWide} px wider than the window`);
      }
      await page.goto(`${CONSOLE}threads`);
      await page.locator(".threads tbody a").first().click();
      await page.getByText("What became of it").waitFor();
      await settled(page);
      await shot(page, `thread-${at}`);
      assert.deepEqual(await violations(page), []);
      await page.goto(`${CONSOLE}settings/keys`);
      await page.getByRole("button", { name: "Make a key" }).click();
      await settled(page); // the dialog fades in
      await shot(page, `make-key-${at}`);
      assert.deepEqual(await violations(page), []);
      await page.goto(`${CONSOLE}nowhere`);
      await heading(page, "There is no such page");
      assert.deepEqual(await violations(page), []);
    });
  }
}

signed("the menu leads to every page, and titles, back and reload work", {}, async (page) => {
  await signIn(page, PEOPLE.admin);
  await heading(page, "Threads");
  for (const [address, title] of PAGES.slice(1)) {
    await page.getByRole("navigation").getByRole("link", { name: title, exact: true }).click();
    await heading(page, title);
    assert.equal(await page.title(), `${title} · Intelligence`);
    assert.ok(page.url().endsWith(address.split("/Stripe")[0]), page.url());
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
    await settled(page);
  }
  await page.goBack();
  await heading(page, "Webhooks");
  await page.reload();
  await heading(page, "Webhooks");
});

signed("nothing of a sign-in stays in the address, and no key in any storage", {}, async (page) => {
  const addresses = [];
  page.on("request", (request) => addresses.push([request.url(), request.headers().referer ?? ""]));
  await signIn(page, PEOPLE.admin, "health");
  await heading(page, "Career health");
  assert.equal(page.url(), `${CONSOLE}health`);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  assert.doesNotMatch(kept, /iv_live_|verifier/);
  assert.doesNotMatch(JSON.stringify(addresses), /iv_live_/);
  assert.ok(addresses.every(([, referrer]) => !referrer.includes("code=")));
});

signed("a code that somebody else's sign-in gave is not taken", {}, async (page) => {
  await page.goto(`${CONSOLE}?code=stolen&state=forged`);
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  assert.equal(page.url(), CONSOLE);
});

signed("a key is made, shown once and used in under a minute, by keyboard alone", {}, async (page) => {
  const began = Date.now();
  await signIn(page, PEOPLE.admin);
  await heading(page, "Threads");
  await page.getByRole("link", { name: "API keys" }).press("Enter");
  await heading(page, "API keys");
  await page.getByRole("button", { name: "Make a key" }).press("Enter");
  await page.getByLabel("Name").fill("By keyboard");
  await page.keyboard.press("Enter");
  const key = await page.locator("[data-key]").innerText();
  const answer = await fetch(`${BASE_URL}/api/agent/whoami`, { headers: { Authorization: `Bearer ${key}` } });
  assert.equal((await answer.json()).key_name, "By keyboard");
  assert.ok(Date.now() - began < 60_000);
  await page.getByRole("button", { name: "I have copied it" }).press("Enter");
  assert.equal(await page.getByText(key).count(), 0);
  await page.getByRole("button", { name: "Rotate By keyboard" }).press("Enter");
  await page.getByRole("button", { name: "Rotate key" }).press("Enter");
  await page.getByText("The old key ends").waitFor();
  await page.getByRole("button", { name: "I have copied it" }).press("Enter");
  await page.getByRole("button", { name: "Revoke By keyboard" }).first().press("Enter");
  assert.ok(await page.getByRole("button", { name: "Revoke key" }).isDisabled());
  await page.getByLabel("Type By keyboard to go on").fill("By keyboard");
  await page.keyboard.press("Enter");
  await page.getByText("revoked").waitFor();
});

signed("a member makes keys that read, sees their own only, and no team page below Enterprise", {}, async (page) => {
  await signIn(page, PEOPLE.pro);
  await heading(page, "Threads");
  assert.equal(await page.getByRole("link", { name: "Team", exact: true }).count(), 0);
  await page.getByRole("link", { name: "Career health" }).click();
  await page.getByText("Nothing in").waitFor();
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByRole("button", { name: "Make a key" }).click();
  assert.deepEqual(await page.getByLabel("Scopes").locator("option").allInnerTexts(), ["read"]);
});

signed("an outcome can be taken back for five seconds, and is recorded after them", {}, async (page) => {
  const sent = [];
  page.on("request", (request) => request.method() === "PATCH" && sent.push(request.url()));
  await signIn(page, PEOPLE.admin);
  await page.locator(".threads tbody a").first().click();
  await page.getByRole("button", { name: "Interviewed" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Taken back. Nothing was recorded.").waitFor();
  assert.deepEqual(sent, []);
  await page.getByLabel("Notes, for you alone").fill("<b>met</b> the team");
  await page.getByRole("button", { name: "Offer received" }).click();
  await page.getByText("Recorded. Your report shows it after a refresh.").waitFor({ timeout: 10_000 });
  await page.getByText("<b>met</b> the team").waitFor();
  assert.equal(sent.length, 1);
});

signed("what other people wrote is shown as text", {}, async (page) => {
  await signIn(page, PEOPLE.admin);
  await page.getByText(PEOPLE.attack.slice(0, 20)).first().waitFor();
  for (const [address, title] of PAGES) {
    await page.goto(CONSOLE + address);
    await heading(page, title);
    await settled(page);
  }
  await page.goto(`${CONSOLE}threads/${PEOPLE.attacked}`);
  await page.getByText("What became of it").waitFor();
  await page.goto(`${CONSOLE}signals/${encodeURIComponent(PEOPLE.attack)}`);
  await heading(page, "Company signals");
  await page.goto(`${CONSOLE}fit`);
  await page.getByLabel("Job description").fill(PEOPLE.attack);
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByRole("heading", { name: "Talking points" }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  assert.equal(await page.locator("img[src=x]").count(), 0);
});

signed("a looked up company is an address: back, forward and reload show it, and a slow earlier answer changes nothing", {}, async (page) => {
  await signIn(page, PEOPLE.admin, "signals");
  const lookUp = async (company) => {
    await page.getByLabel("Company").fill(company);
    await page.keyboard.press("Enter");
  };
  const shown = (company) => page.getByText(`Figures on ${company} appear from ten candidates on.`).waitFor();
  await lookUp("One/Two & Co");
  await shown("One/Two & Co");
  await lookUp("Three");
  await shown("Three");
  await page.goBack();
  await shown("One/Two & Co");
  assert.equal(await page.getByLabel("Company").inputValue(), "One/Two & Co");
  await page.goForward();
  await shown("Three");
  await page.reload();
  await shown("Three");
  await page.route("**/company-signals?company=Slow", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue().catch(() => {});
  });
  await lookUp("Slow");
  await lookUp("Quick");
  await shown("Quick");
  await page.waitForTimeout(2000);
  assert.equal(await page.getByText("Slow appear").count(), 0);
});

test("an address that is no valid encoding is read as it is", () => withPage({}, async (page, problems) => {
  await signIn(page, PEOPLE.admin);
  await page.goto(`${CONSOLE}signals/%E0%A4%A`);
  await page.getByText("Figures on %E0%A4%A").waitFor();
  for (const address of ["settings/webhooks/%E0%A4%A", "settings/integrations/%E0%A4%A", "threads/%E0%A4%A"]) {
    await page.goto(CONSOLE + address);
    await page.locator(".notice.problem").waitFor();
  }
  assert.deepEqual(problems.filter((each) => !each.startsWith("Failed to load")), []);
}));

signed("the menu of a phone opens on its first page, and Escape closes it", { viewport: { width: 360, height: 740 } }, async (page) => {
  await signIn(page, PEOPLE.admin);
  const menu = page.getByRole("button", { name: "Menu" });
  await menu.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Threads");
  await page.keyboard.press("Escape");
  assert.equal(await menu.getAttribute("aria-expanded"), "false");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Menu");
});

test("another team opens on a page of its own, and one that fails leaves the choice as it was", () => withPage({}, async (page) => {
  await signIn(page, PEOPLE.both, "team");
  await heading(page, "Team");
  const team = page.locator(".who select");
  const named = () => team.evaluate((select) => select.selectedOptions[0].textContent);
  assert.equal(await named(), "First team");
  await page.route("**/console/api/session/team", (route) => route.fulfill({
    status: 503, headers: { "content-type": "application/problem+json" }, body: JSON.stringify({ detail: "Try again later." }),
  }));
  await team.selectOption({ label: "Second team" });
  await page.getByText("Try again later.").waitFor();
  assert.equal(await named(), "First team");
  await page.unroute("**/console/api/session/team");
  await team.selectOption({ label: "Second team" });
  await heading(page, "Threads");
  assert.equal(await named(), "Second team");
  assert.equal(await page.getByRole("link", { name: "Team", exact: true }).count(), 0);
}));

test("a copy that the browser refuses is not called one", () => withPage({}, async (page) => {
  await signIn(page, PEOPLE.admin, "settings/integrations/nothing");
  await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); });
  await page.getByRole("button", { name: "Copy request id" }).click();
  await page.getByText("Not copied: select the text instead").waitFor();
}));

test("a limit is counted down, a failure names its request, and being offline is said", () => withPage({}, async (page) => {
  await signIn(page, PEOPLE.admin);
  await heading(page, "Threads");
  const problem = (status, headers, detail) => (route) => route.fulfill({
    status, headers: { "content-type": "application/problem+json", ...headers },
    body: JSON.stringify({ status, code: "x", detail, request_id: "req-1" }),
  });
  await page.route("**/api/agent/career-health", problem(429, { "retry-after": "2" }, "Your team has used up its requests for now."));
  await page.getByRole("link", { name: "Career health" }).click();
  await page.getByRole("button", { name: /Try again in [12] s/ }).waitFor();
  await shot(page, "limited-light-1280");
  assert.deepEqual(await violations(page), []);
  await page.unroute("**/api/agent/career-health");
  await page.getByRole("button", { name: "Try again", exact: true }).click();
  await page.getByText("Inbound messages").waitFor();
  await page.route("**/api/agent/messages?**", problem(503, {}, "The service is temporarily unavailable."));
  await page.getByRole("link", { name: "Threads" }).click();
  await page.getByText("req-1").waitFor();
  await page.unroute("**/api/agent/messages?**");
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("You seem to be offline").waitFor();
}));

test("a session that ends asks to sign in again and comes back to the same page", () => withPage({}, async (page) => {
  await signIn(page, PEOPLE.admin, "fit");
  await page.getByLabel("Job description").fill(AD);
  await page.route("**/api/agent/job-summary", (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify({ detail: "x" }) }));
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
  assert.equal(await page.getByLabel("Job description").inputValue(), AD);
  await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await heading(page, "Job fit");
  assert.equal(page.url(), `${CONSOLE}fit`);
}));

test("somebody whom no team names is told so", () => withPage({}, async (page) => {
  await signIn(page, "nobody-at-all");
  await page.getByText("no team of Intelligence API names this account").waitFor();
  assert.deepEqual(await violations(page), []);
}));

test("who signs out is asked again", () => withPage({}, async (page) => {
  await signIn(page, PEOPLE.admin);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "What your career agent has learned" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
}));

test("no other page may frame the console", async () => {
  const { headers } = await fetch(CONSOLE);
  assert.match(headers.get("content-security-policy"), /frame-ancestors 'none'/);
  assert.equal(headers.get("referrer-policy"), "no-referrer");
});

test("the first load is at most 60 KB compressed", () => withPage({}, async (page) => {
  const sizes = new Map();
  page.on("response", async (response) => {
    if (response.url().startsWith(CONSOLE)) sizes.set(response.url(), (await response.request().sizes()).responseBodySize);
  });
  await signIn(page, PEOPLE.admin);
  await page.locator(".threads tbody a").first().waitFor();
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  console.log(`first load: ${total} bytes in ${sizes.size} files`);
  assert.ok(total <= 60 * 1024);
}));
