import { api, apiBase } from "../api.js";
import { Copy, Dialog, Empty, Field, Head, Loaded, Problem, useLoad } from "../parts/page.js";
import { html, useState } from "../parts/ui.js";
import { date, time } from "../parts/words.js";

const KEYS = "console/api/keys";
const DAYS = [7, 30, 90, 365];
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");

export function Page({ session }) {
  const load = useLoad(() => api.get(KEYS), []);
  const [open, setOpen] = useState(null);
  const admin = session.role === "admin";
  const close = (changed) => {
    setOpen(null);
    if (changed) load.again();
  };
  return html`<${Head} title="API keys" about=${admin ? "The keys of your team. A key acts for the member whose it is." : "Your keys. A key acts for you: it reads what you read."}>
      <button class="primary" onClick=${() => setOpen({ kind: "make" })}>Make a key</button><//>
    <${Loaded} load=${load}>${({ keys }) => keys.length
      ? html`<${Table} keys=${keys} session=${session} open=${setOpen} />`
      : html`<${Empty} title="No keys yet">Make one to call the API from a script or another tool.<//>`}<//>
    ${open?.kind === "make" && html`<${Make} admin=${admin} close=${close} />`}
    ${open?.kind === "rotate" && html`<${Rotate} record=${open.record} close=${close} />`}
    ${open?.kind === "revoke" && html`<${Revoke} record=${open.record} close=${close} />`}`;
}

function stateOf(key, now = Date.now()) {
  if (key.revoked_at) return `revoked ${date(key.revoked_at)}`;
  if (key.expires_at && new Date(key.expires_at) <= now) return `ended ${date(key.expires_at)}`;
  if (key.replaced_by) return `replaced, ends ${time(key.expires_at)}`;
  return key.expires_at ? `until ${date(key.expires_at)}` : "no end";
}
const ended = (key, now = Date.now()) => Boolean(key.revoked_at) || (key.expires_at && new Date(key.expires_at) <= now);

const Table = ({ keys, session, open }) => html`<table class="narrow" role="table"><caption class="hidden">API keys, the newest first</caption>
  <thead><tr><th scope="col">Name</th><th scope="col">Scopes</th><th scope="col">Made</th><th scope="col">Last used</th><th scope="col">Valid</th><th scope="col"><span class="hidden">Actions</span></th></tr></thead>
  <tbody role="rowgroup">${keys.map((key) => html`<tr role="row" key=${key.key_id}>
    <td role="cell"><strong>${key.name}</strong>${session.role === "admin" ? html`<br /><span class="muted small">${key.user_id === session.user_id ? "you" : key.user_id}</span>` : ""}</td>
    <td role="cell">${key.scopes.join(", ")}</td><td role="cell"><span class="narrow-label">made </span>${date(key.created_at)}</td>
    <td role="cell"><span class="narrow-label">used </span>${key.last_used_on ? date(key.last_used_on) : "never"}</td><td role="cell">${stateOf(key)}</td>
    <td role="cell">${!ended(key) && html`<span class="row">
      ${key.user_id === session.user_id && !key.replaced_by && html`<button onClick=${() => open({ kind: "rotate", record: key })} aria-label=${`Rotate ${key.name}`}>Rotate</button>`}
      <button class="danger" onClick=${() => open({ kind: "revoke", record: key })} aria-label=${`Revoke ${key.name}`}>Revoke</button></span>`}</td>
  </tr>`)}</tbody></table>`;

function Make({ admin, close }) {
  const [name, setName] = useState("");
  const [write, setWrite] = useState(false);
  const [days, setDays] = useState(90);
  const [state, setState] = useState({});
  const make = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      const body = { name, scopes: write ? ["read", "write"] : ["read"], ...(days ? { expires_at: inDays(days) } : {}) };
      setState({ made: await api.post(KEYS, body) });
    } catch (error) {
      setState({ error });
    }
  };
  if (state.made) return html`<${Made} made=${state.made} close=${() => close(true)} />`;
  return html`<${Dialog} title="Make a key" close=${() => close(false)}>
    <form class="stack" onSubmit=${make}>
      <${Field} label="Name" hint="What will use it, for example “Weekly report”."><input required maxlength="100" value=${name} onInput=${(event) => setName(event.target.value)} /><//>
      <${Field} label="Scopes" hint=${admin ? "Writing records outcomes of your own threads." : "Only an admin of the team makes keys that write."}>
        <select onChange=${(event) => setWrite(event.target.value === "write")}><option value="read">read</option>${admin && html`<option value="write">read and write</option>`}</select><//>
      <${Field} label="Valid for"><select onChange=${(event) => setDays(Number(event.target.value))}>
        ${DAYS.map((each) => html`<option value=${each} selected=${each === days}>${each} days</option>`)}<option value="0">ever</option></select><//>
      ${state.error && html`<${Problem} error=${state.error} />`}
      <div class="row"><button class="primary" disabled=${state.busy}>Make key</button><button type="button" onClick=${() => close(false)}>Cancel</button></div>
    </form><//>`;
}

function Made({ made, close, note }) {
  const curl = `curl ${new URL("api/agent/whoami", apiBase).href} -H "Authorization: Bearer ${made.key}"`;
  return html`<${Dialog} title="Your new key" close=${close}>
    <p>Copy it now. It is shown this once and stored nowhere.</p>
    <div class="copyable"><code data-key>${made.key}</code><${Copy} text=${made.key} label="Copy key" /></div>
    ${note && html`<p class="section">${note}</p>`}
    <h3 class="section">Try it</h3>
    <div class="copyable"><code>${curl}</code><${Copy} text=${curl} /></div>
    <div class="row section"><button class="primary" onClick=${close}>I have copied it</button></div><//>`;
}

function Rotate({ record, close }) {
  const [hours, setHours] = useState(24);
  const [state, setState] = useState({});
  const rotate = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      setState({ made: await api.post(`${KEYS}/${record.key_id}/rotate`, { overlap_hours: hours }) });
    } catch (error) {
      setState({ error });
    }
  };
  if (state.made) return html`<${Made} made=${state.made} close=${() => close(true)} note=${`The old key ends ${time(state.made.old_key_expires_at)}.`} />`;
  return html`<${Dialog} title=${`Rotate ${record.name}`} close=${() => close(false)}>
    <p>You get a new key with the same name, scopes and end. The old one goes on working for a while, so that you can put the new one in its place.</p>
    <form class="stack" onSubmit=${rotate}>
      <${Field} label="The old key ends"><select onChange=${(event) => setHours(Number(event.target.value))}>
        ${[[0, "at once"], [1, "in an hour"], [24, "in a day"], [168, "in a week"]].map(([each, text]) => html`<option value=${each} selected=${each === hours}>${text}</option>`)}</select><//>
      ${state.error && html`<${Problem} error=${state.error} />`}
      <div class="row"><button class="primary" disabled=${state.busy}>Rotate key</button><button type="button" onClick=${() => close(false)}>Cancel</button></div>
    </form><//>`;
}

function Revoke({ record, close }) {
  const [typed, setTyped] = useState("");
  const [error, setError] = useState(null);
  const revoke = async (event) => {
    event.preventDefault();
    try {
      await api.del(`${KEYS}/${record.key_id}`);
      close(true);
    } catch (problem) {
      setError(problem);
    }
  };
  return html`<${Dialog} title=${`Revoke ${record.name}`} close=${() => close(false)}>
    <p>Whatever uses this key is refused within a minute. This cannot be undone.</p>
    <form class="stack" onSubmit=${revoke}>
      <${Field} label=${`Type ${record.name} to go on`}><input value=${typed} autocomplete="off" onInput=${(event) => setTyped(event.target.value)} /><//>
      ${error && html`<${Problem} error=${error} />`}
      <div class="row"><button class="danger" disabled=${typed !== record.name}>Revoke key</button><button type="button" onClick=${() => close(false)}>Cancel</button></div>
    </form><//>`;
}
