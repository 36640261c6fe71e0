// The pictures of docs/console, of a running `make serve`: BASE_URL=http://127.0.0.1:8000 node pictures.mjs FOLDER
import { createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { withPage, BASE_URL } from "./browser.mjs";

const FOLDER = process.argv[2];
const PICTURES = [
  ["health", 1280, "light"], ["threads", 1280, "light"], ["team", 1280, "dark"], ["signals?", 1280, "light"], ["settings/keys", 1280, "dark"],
  ["fit", 1280, "dark"], ["threads", 360, "light"], ["health", 360, "dark"], ["team", 360, "light"], ["settings/keys", 360, "light"],
  ["settings/webhooks", 1280, "light"], ["settings/webhooks", 360, "dark"], ["settings/integrations", 1280, "dark"],
  ["settings/integrations", 360, "light"],
];
const receiver = createServer((request, response) => request.resume().on("end", () => response.end("taken"))).listen(0, "127.0.0.1");

for (const [address, width, colorScheme] of PICTURES) {
  await withPage({ colorScheme, viewport: { width, height: width < 500 ? 740 : 860 } }, async (page) => {
    await page.goto(`${BASE_URL}/console/`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: /^Maya/ }).click();
    await page.locator(".frame").waitFor();
    await page.waitForLoadState("networkidle");
    await page.goto(`${BASE_URL}/console/${address === "signals?" ? "signals/Stripe" : address}`);
    await page.waitForLoadState("networkidle");
    if (address === "threads" && width > 500) await page.locator(".threads tbody a").nth(1).click();
    if (address === "health") await page.getByText("Messages in each of five quarters.").first().waitFor();
    if (address === "fit") {
      await page.getByLabel("Job description").fill("Growth lead: own the activation funnel, run experiments in SQL, lead a team of five.");
      await page.getByRole("button", { name: "Compare" }).click();
      await page.getByRole("heading", { name: "Talking points" }).waitFor();
    }
    if (address === "settings/webhooks") {
      await page.getByRole("button", { name: "Add an endpoint" }).click();
      await page.getByLabel("URL").fill(`http://127.0.0.1:${receiver.address().port}/intelligence`);
      await page.getByRole("button", { name: "Add endpoint", exact: true }).click();
      await page.getByRole("button", { name: "I have copied it" }).click();
      await page.locator(".endpoints tbody a").first().click();
      await page.getByRole("button", { name: "Send test event" }).click();
      await page.getByText("Delivered: your server answered").waitFor();
      await page.getByRole("link", { name: "webhook.test" }).click();
    }
    if (address === "settings/integrations") {
      await page.getByRole("button", { name: "Connect a system" }).click();
      await page.getByRole("button", { name: "Connect", exact: true }).click();
      const hook = await page.locator(".copyable code").first().innerText();
      await page.getByRole("button", { name: "Set secret" }).click();
      await page.getByRole("textbox", { name: "Secret" }).fill("secret");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Waiting for its first event").waitFor();
      for (const [action, id] of [["hire_candidate", 48213907], ["candidate_stage_change", 48213907], ["hire_candidate", 51730026]]) {
        const interviews = [{ status: "scheduled" }];
        const body = JSON.stringify({ action, payload: { application: { id, current_stage: { interviews } } } });
        const signature = `sha256 ${createHmac("sha256", "secret").update(body).digest("hex")}`;
        await fetch(hook, { method: "POST", body, headers: { Signature: signature, "Greenhouse-Event-ID": randomUUID() } });
      }
      await page.getByRole("button", { name: "Refresh" }).click();
      await page.getByText("51730026").waitFor();
    }
    await page.waitForLoadState("networkidle");
    await page.waitForTimeout(200);
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `${FOLDER}/${address.replace("settings/", "").replace("?", "")}-${colorScheme}-${width}.png` });
    if (address === "settings/webhooks") {
      const host = `127.0.0.1:${receiver.address().port}`;
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByLabel(`Type ${host} to go on`).fill(host);
      await page.getByRole("button", { name: "Delete endpoint" }).click();
      await page.getByText("No endpoints yet").waitFor();
    }
    if (address === "settings/integrations") {
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByLabel("Type Greenhouse to go on").fill("Greenhouse");
      await page.getByRole("button", { name: "Delete connection" }).click();
      await page.getByText("Nothing connected yet").waitFor();
    }
  });
}
receiver.close();
