// The console: who is signed in, which page an address shows, and the frame around it.
//
// A page is a module of pages/ that exports `Page({session, path})`. It is loaded when its address is first opened.
// To add one: a module there, and a line in PAGES.

import { ApiError, useKey } from "./api.js";
import { Problem, Skeleton, go } from "./parts/page.js";
import { html, render, useEffect, useRef, useState } from "./parts/ui.js";
import { base, changeTeam, restore, signIn, signOut } from "./session.js";

const PAGES = [
  { at: "threads", name: "Threads", load: () => import("./pages/threads.js") },
  { at: "health", name: "Career health", load: () => import("./pages/health.js") },
  { at: "signals", name: "Company signals", load: () => import("./pages/signals.js") },
  { at: "fit", name: "Job fit", load: () => import("./pages/fit.js") },
  { at: "team", name: "Team", load: () => import("./pages/team.js"), plan: "enterprise" },
  { at: "settings/keys", name: "API keys", load: () => import("./pages/keys.js"), group: "Settings" },
  { at: "settings/webhooks", name: "Webhooks", load: () => import("./pages/webhooks.js"), group: "Settings" },
  { at: "settings/integrations", name: "Integrations", load: () => import("./pages/integrations.js"), group: "Settings" },
];

// As it stands in the address: a page decodes its own part, once.
const pathOf = (url) => new URL(url, base).pathname.slice(base.pathname.length);
export const pageOf = (path) => PAGES.find(({ at }) => path === at || path.startsWith(`${at}/`));

function usePath() {
  const [path, setPath] = useState(pathOf(location.href));
  useEffect(() => {
    const follow = (event) => {
      const link = event.target.closest?.("a[href]");
      const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      if (!link || !plain || link.target || link.hasAttribute("download") || !link.href.startsWith(base.href)) return;
      if (link.hash) return; // the skip link
      event.preventDefault();
      if (link.href !== location.href) history.pushState(null, "", link.href);
      document.body.dataset.moved = "1";
      setPath(pathOf(link.href));
      scrollTo(0, 0);
    };
    const back = () => {
      document.body.dataset.moved = "1";
      setPath(pathOf(location.href));
    };
    document.addEventListener("click", follow);
    addEventListener("popstate", back);
    return () => {
      document.removeEventListener("click", follow);
      removeEventListener("popstate", back);
    };
  }, []);
  return path;
}

function App({ initial, problem }) {
  const [session, setSession] = useState(initial);
  const [ended, setEnded] = useState(false);
  const path = usePath();
  if (session) useKey(session.key, () => setEnded(true));
  if (!session) return html`<${Door} problem=${problem} />`;
  return html`<${Frame} session=${session} path=${path} setSession=${setSession} />
    ${ended && html`<${Ended} />`}`;
}

function Door({ problem }) {
  const [error, setError] = useState(problem);
  useEffect(() => { document.title = "Sign in · Intelligence"; }, []);
  const enter = () => signIn().catch(setError);
  return html`<main class="alone">
    <div class="brand"><img src="icon.svg" alt="" />Intelligence</div>
    <h1>What your career agent has learned</h1>
    <p>Threads with recruiters and what became of them, how your market moves, and how a job fits you.</p>
    ${error && html`<${Problem} error=${error} />`}
    <button class="primary" onClick=${enter}>Sign in</button>
    <p class="small">Developers find the API under <a href=${new URL("../docs/", base).href}>documentation</a>.</p>
  </main>`;
}

// The session is over. What was typed stays behind the dialog, and the same page comes back.
function Ended() {
  const dialog = useRef(null);
  useEffect(() => dialog.current.showModal(), []);
  return html`<dialog ref=${dialog} aria-labelledby="ended" onCancel=${(event) => event.preventDefault()}>
    <h2 id="ended">Your session has ended</h2>
    <p>Sign in again to go on. You come back to this page.</p>
    <button class="primary" onClick=${() => signIn()}>Sign in</button>
  </dialog>`;
}

function Frame({ session, path, setSession }) {
  const [open, setOpen] = useState(false);
  const menu = useRef(null);
  useEffect(() => setOpen(false), [path]);
  useEffect(() => { if (open) document.querySelector("#side a").focus(); }, [open]);
  const escape = (event) => {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    menu.current.focus();
  };
  const shown = pageOf(path) ?? (path === "" ? PAGES[0] : null);
  return html`<a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.getElementById("main").focus(); }}>Skip to content</a>
    <div class="frame" onKeyDown=${escape}>
      <div class="bar"><span class="brand"><img src="icon.svg" alt="" />Intelligence</span>
        <button ref=${menu} aria-expanded=${open} aria-controls="side" onClick=${() => setOpen(!open)}>Menu</button></div>
      <${Side} id="side" open=${open} session=${session} shown=${shown} setSession=${setSession} />
      <main id="main" tabindex="-1">${shown
        ? html`<${Shown} key=${`${shown.at} ${session.team.id}`} page=${shown} session=${session} path=${path} />`
        : html`<h1>There is no such page</h1><p>Choose one from the menu.</p>`}</main>
    </div>`;
}

function Side({ id, open, session, shown, setSession }) {
  const [problem, setProblem] = useState(null);
  const { team, teams } = session;
  const link = (page) => html`<li><a href=${page.at} aria-current=${page === shown ? "page" : undefined}>${page.name}</a></li>`;
  const visible = PAGES.filter((page) => !page.plan || page.plan === team.plan);
  const change = async (event) => {
    const select = event.target;
    setProblem(null);
    try {
      const changed = await changeTeam(select.value);
      setSession(changed);
      // What the address names belongs to the team before.
      go(shown && (shown.plan ?? changed.team.plan) === changed.team.plan ? shown.at : PAGES[0].at);
    } catch (error) {
      select.value = team.id;
      setProblem(error);
    }
  };
  return html`<div class=${open ? "side open" : "side"} id=${id}>
    <span class="brand"><img src="icon.svg" alt="" />Intelligence</span>
    <nav aria-label="Pages"><ul>
      ${visible.filter((page) => !page.group).map(link)}
      <li><span class="group">Settings</span></li>
      ${visible.filter((page) => page.group).map(link)}
    </ul></nav>
    <div class="who">
      ${teams.length > 1
        ? html`<label class="field">Team<select onChange=${change}>
            ${teams.map((each) => html`<option value=${each.id} selected=${each.id === team.id}>${each.name}</option>`)}
          </select></label>`
        : html`<strong>${team.name}</strong>`}
      ${problem && html`<span role="alert">${problem.detail}</span>`}
      <span class="muted">${session.user_id}, ${session.role}</span>
      <div class="row"><${Mode} /><button onClick=${signOut}>Sign out</button></div>
    </div>
  </div>`;
}

// Dark or light; what the system prefers until somebody chooses.
function Mode() {
  const dark = () => document.documentElement.dataset.mode === "dark"
    || (!document.documentElement.dataset.mode && matchMedia("(prefers-color-scheme: dark)").matches);
  const [isDark, setDark] = useState(dark());
  const change = () => {
    const mode = isDark ? "light" : "dark";
    document.documentElement.dataset.mode = mode;
    localStorage.setItem("mode", mode);
    setDark(!isDark);
  };
  return html`<button onClick=${change}>${isDark ? "Light mode" : "Dark mode"}</button>`;
}

const loaded = new Map();

function Shown({ page, session, path }) {
  const [module, setModule] = useState(loaded.get(page.at) ?? null);
  const [error, setError] = useState(null);
  const load = () => {
    setError(null);
    page.load().then((found) => {
      loaded.set(page.at, found);
      setModule(found);
    }, () => setError(new ApiError(0, { detail: "This page could not be loaded. Check the connection and try again." })));
  };
  useEffect(() => { if (!module) load(); }, [page.at]);
  if (error) return html`<${Problem} error=${error} again=${load} />`;
  if (!module) return html`<${Skeleton} lines=${6} />`;
  return html`<${module.Page} session=${session} path=${path.slice(page.at.length + 1)} />`;
}

const root = document.getElementById("app");
restore().then(
  (session) => render(html`<${App} initial=${session} problem=${null} />`, root),
  (problem) => render(html`<${App} initial=${null} problem=${problem} />`, root),
);
