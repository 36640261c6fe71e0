// What every page is made of: its head, its data while they load, and what to say when they do not come.

import { html, useCallback, useEffect, useRef, useState } from "./ui.js";
import { quarters, time } from "./words.js";

// Title, one sentence, controls at the right. The heading takes the focus when the page changes.
export function Head({ title, about, children }) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = `${title} · Intelligence`;
    if (document.body.dataset.moved) heading.current?.focus();
  }, [title]);
  return html`<div class="head">
    <div><h1 tabindex="-1" ref=${heading}>${title}</h1><p>${about}</p></div>
    ${children && html`<div class="controls no-print">${children}</div>`}
  </div>`;
}

// Loads with `load()` and again when `keys` change: {data, error, loading, again}. What was there stays until the new comes.
export function useLoad(load, keys) {
  const [state, setState] = useState({ data: null, error: null, loading: true });
  const latest = useRef(0);
  const again = useCallback(async (other) => {
    const turn = ++latest.current;
    setState((now) => ({ ...now, error: null, loading: true }));
    try {
      const data = await (other ?? load)();
      if (turn === latest.current) setState({ data, error: null, loading: false });
    } catch (error) {
      if (turn === latest.current) setState((now) => ({ ...now, error, loading: false }));
    }
  }, keys);
  useEffect(() => {
    again();
    return () => latest.current++;
  }, keys);
  return { ...state, again };
}

// The state of a load: a skeleton after 300 ms, a problem, or what `children` makes of the data.
export function Loaded({ load, lines = 6, children }) {
  if (load.error) return html`<${Problem} error=${load.error} again=${() => load.again()} />`;
  if (load.data === null || load.data === undefined) return html`<${Skeleton} lines=${lines} />`;
  return children(load.data);
}

export function Skeleton({ lines }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return html`<div role="status"><span class="hidden">Loading</span>
    <div class="skeleton" aria-hidden="true">${Array.from({ length: lines }, () => html`<span></span>`)}</div></div>`;
}

// A problem of the API: what it says, what to quote to support, and when it makes sense to try again.
export function Problem({ error, again }) {
  const [left, setLeft] = useState(error.retryAfter ?? 0);
  useEffect(() => setLeft(error.retryAfter ?? 0), [error]);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  const faults = (error.errors ?? []).map((each) => html`<li>${each.detail}</li>`);
  return html`<div class="notice problem" role="alert">
    <p>${error.detail ?? "Something went wrong on this page. Reload it."}</p>
    ${faults.length > 0 && html`<ul>${faults}</ul>`}
    <div class="row">
      ${again && html`<button disabled=${left > 0} onClick=${again}>${left > 0 ? `Try again in ${left} s` : "Try again"}</button>`}
      ${error.requestId && html`<span class="small muted">Request <code>${error.requestId}</code></span>
        <${Copy} text=${error.requestId} label="Copy request id" />`}
    </div>
  </div>`;
}

export const Empty = ({ title, children }) => html`<div class="empty"><h2>${title}</h2><p>${children}</p></div>`;

export function Copy({ text, label = "Copy" }) {
  const [said, setSaid] = useState(null);
  const copy = async () => {
    const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    setSaid(copied ? "Copied" : "Not copied: select the text instead");
    setTimeout(() => setSaid(null), 2000);
  };
  return html`<button type="button" class="plain small" onClick=${copy} aria-live="polite">${said ?? label}</button>`;
}

// A label above a control, a hint below it.
export const Field = ({ label, hint, children }) =>
  html`<label class="field">${label}${children}${hint && html`<small>${hint}</small>`}</label>`;

// The running quarter and those before it; with `all`, also no choice.
export const Period = ({ value, onChange, count = 8, all = false }) => html`<${Field} label="Quarter">
  <select value=${value} onChange=${(event) => onChange(event.target.value)}>
    ${all && html`<option value="">All</option>`}
    ${quarters(count).map((each) => html`<option value=${each} selected=${each === value}>${each}</option>`)}
  </select><//>`;

// A native dialog that is open while it is there. Escape and `close` end it.
export function Dialog({ title, close, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
    return () => dialog.current?.close();
  }, []);
  return html`<dialog ref=${dialog} aria-labelledby="dialog-title" onCancel=${(event) => { event.preventDefault(); close(); }}>
    <h2 id="dialog-title">${title}</h2>${children}
  </dialog>`;
}

// A dialog that does one thing when its form is sent. `done` is what follows.
export function Confirm({ title, button, danger, ready = true, work, done, close, children }) {
  const [state, setState] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      done(await work());
    } catch (error) {
      setState({ error });
    }
  };
  return html`<${Dialog} title=${title} close=${() => close(false)}><form class="stack" onSubmit=${submit}>${children}
    ${state.error && html`<${Problem} error=${state.error} />`}
    <div class="row"><button class=${danger ? "danger" : "primary"} disabled=${state.busy || !ready}>${button}</button><button type="button" onClick=${() => close(false)}>Cancel</button></div>
  </form><//>`;
}

// Goes to an address of the console, as a click on a link does.
export function go(address) {
  const link = Object.assign(document.createElement("a"), { href: address });
  document.body.append(link);
  link.click();
  link.remove();
}

export const Foot = ({ at, loading, refresh }) => html`<div class="foot">
  <span>Data of ${time(at)}</span><button class="plain small" disabled=${loading} onClick=${refresh}>${loading ? "Refreshing" : "Refresh"}</button>
</div>`;
