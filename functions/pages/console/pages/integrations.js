import { api, apiBase } from "../api.js";
import { Confirm, Copy, Dialog, Empty, Field, Foot, Head, Loaded, Problem, go, useLoad } from "../parts/page.js";
import { html, useState } from "../parts/ui.js";
import { OUTCOMES, date, sentence, time } from "../parts/words.js";

const INTEGRATIONS = "console/api/integrations";
const HERE = "settings/integrations";
const PROVIDERS = { greenhouse: "Greenhouse", ashby: "Ashby" };
const act = (action, more) => api.post(INTEGRATIONS, { action, ...more });
const addressOf = (id) => `${HERE}/${encodeURIComponent(id)}`;
const urlOf = ({ path }) => new URL(path.slice(1), apiBase).href;
const stateOf = ({ state }) => sentence(state);

export function Page({ session, path }) {
  if (session.team.plan !== "enterprise") return html`<${Top} />
    <${Empty} title="Part of the Enterprise plan">On Enterprise, Greenhouse or Ashby confirm what became of a thread. Ask whoever looks after your contract.<//>`;
  if (session.role !== "admin") return html`<${Top} />
    <${Empty} title="For admins of your team">Admins see and change integrations. Ask one of them to connect your system, or to make you an admin.<//>`;
  return path ? html`<${Connection} key=${path} id=${path} />` : html`<${List} />`;
}

const Top = ({ children }) => html`<${Head} title="Integrations" about="Outcomes that your applicant tracking system confirms.">${children}<//>`;

const read = async () => ({ ...(await api.get(INTEGRATIONS)), at: new Date().toISOString() });

function List() {
  const load = useLoad(read, []);
  const [adding, setAdding] = useState(false);
  return html`<${Top}><button class="primary" onClick=${() => setAdding(true)}>Connect a system</button><//>
    <${Loaded} load=${load}>${({ connections, at }) => html`${connections.length
      ? html`<${Connections} connections=${connections} />`
      : html`<${Empty} title="Nothing connected yet">Connect Greenhouse or Ashby. From then on an interview, an offer or a hire there is a verified outcome of the thread here.<//>`}
      <${Foot} at=${at} loading=${load.loading} refresh=${() => load.again()} />`}<//>
    ${adding && html`<${Add} close=${() => setAdding(false)} />`}`;
}

const Connections = ({ connections }) => html`<table class="narrow threads endpoints" role="table"><caption class="hidden">Connections</caption>
  <thead><tr role="row"><th scope="col">System</th><th scope="col">State</th><th scope="col">Connected</th><th scope="col">Last event</th></tr></thead>
  <tbody role="rowgroup">${connections.map((each) => html`<tr role="row" key=${each.connection_id}>
    <td role="cell"><a href=${addressOf(each.connection_id)}>${PROVIDERS[each.provider]}</a></td>
    <td role="cell">${stateOf(each)}</td>
    <td role="cell"><span class="narrow-label">Connected </span>${date(each.created_at)}</td>
    <td role="cell">${each.last_event_at ? html`<span class="narrow-label">Last event </span>${time(each.last_event_at)}<br /><span class="small muted">${each.last_event}</span>` : html`<span class="muted"><span class="narrow-label">Last event: </span>None yet</span>`}</td></tr>`)}</tbody></table>`;

function Add({ close }) {
  const [provider, setProvider] = useState("greenhouse");
  return html`<${Confirm} title="Connect a system" button="Connect" work=${() => act("create", { provider })} done=${(made) => go(addressOf(made.connection_id))} close=${close}>
    <${Field} label="Applicant tracking system"><select value=${provider} onChange=${(event) => setProvider(event.target.value)}>
      ${Object.entries(PROVIDERS).map(([value, name]) => html`<option value=${value} selected=${value === provider}>${name}</option>`)}</select><//>
    <p>You get an address for ${PROVIDERS[provider]}, and the steps to enter it there.</p><//>`;
}

function Connection({ id }) {
  const [open, setOpen] = useState(null);
  const [said, setSaid] = useState("");
  const [error, setError] = useState(null);
  const load = useLoad(async () => {
    const [{ connections, at }, { events }] = await Promise.all([read(), act("events", { connection_id: id, limit: 50 })]);
    return { connection: connections.find((each) => each.connection_id === id), events, at };
  }, [id]);
  const close = (changed) => {
    setOpen(null);
    if (changed) load.again();
  };
  const test = async () => {
    setError(null);
    setSaid("");
    try {
      const { verifies } = await act("test", { connection_id: id });
      setSaid(verifies ? "The secret works: a signed test event was accepted here." : "There is no secret yet. Set one, the same here and there.");
    } catch (problem) {
      setError(problem);
    }
  };
  return html`<p><a href=${HERE}>All integrations</a></p><${Loaded} load=${load}>${({ connection, events, at }) => {
    const name = PROVIDERS[connection.provider];
    return html`<${Head} title=${name} about=${`${stateOf(connection)} · connected ${date(connection.created_at)}`} />
    <div class="row no-print">
      <button class="primary" onClick=${() => setOpen("secret")}>Set secret</button>
      <button onClick=${test}>Test</button>
      <button class="danger" onClick=${() => setOpen("delete")}>Delete</button>
    </div>
    <p role="status" class="status">${said}</p>
    ${error && html`<${Problem} error=${error} />`}
    <${Notices} connection=${connection} name=${name} />
    <h2>Address</h2>
    <div class="copyable"><code>${urlOf(connection)}</code><${Copy} text=${urlOf(connection)} label="Copy address" /></div>
    <details class="section" open=${!connection.last_event_at}><summary>How to set it up in ${name}</summary><${Steps} provider=${connection.provider} /></details>
    <h2 class="section">Events</h2>
    ${events.length
      ? html`<${Events} events=${events} link=${(application) => setOpen({ application })} />`
      : html`<${Empty} title="No events yet">What ${name} sends appears here within seconds and stays for 30 days.<//>`}
    <${Foot} at=${at} loading=${load.loading} refresh=${() => load.again()} />
    ${open === "secret" && html`<${Secret} connection=${connection} name=${name} close=${close} />`}
    ${open === "delete" && html`<${Delete} connection=${connection} name=${name} close=${close} />`}
    ${open?.application && html`<${Link} provider=${connection.provider} application=${open.application} close=${close} />`}`;
  }}<//>`;
}

const Notices = ({ connection, name }) => html`
  ${connection.state === "waiting for its secret" && html`<div class="notice warning"><p>Nothing is taken from ${name} before you set the secret.</p></div>`}
  ${connection.state === "signatures do not match the secret" && html`<div class="notice warning"><p>The latest request was refused at ${time(connection.refused_at)}: its signature does not match the secret. Set the same secret here and in ${name}.</p></div>`}
  ${connection.unreadable_at && html`<div class="notice warning"><p>An event of ${time(connection.unreadable_at)} was signed and could not be read. It changed nothing.</p></div>`}
  ${connection.old_secret_until && html`<div class="notice"><p>The secret before also verifies until ${time(connection.old_secret_until)}.</p></div>`}`;

// The vendors' own menu names, as docs/integrations.md gives them with their sources.
const STEPS = {
  greenhouse: [
    html`In Greenhouse, add a web hook for each of these events: candidate stage change, offer created, offer updated, candidate hired, candidate unhired, candidate rejected, candidate unrejected, application deleted, candidate deleted, candidate merged.`,
    html`Enter the address above as <strong>Endpoint URL</strong>, and a secret of your choice as <strong>Secret Key</strong>: the same for all.`,
    html`Enter the same secret here, under <strong>Set secret</strong>.`,
  ],
  ashby: [
    html`In Ashby, open <strong>Admin > Integrations > Webhooks</strong> and choose <strong>New</strong>, once for each of these types: interviewScheduleCreate, interviewScheduleUpdate, offerCreate, offerUpdate, candidateHire, candidateStageChange, applicationUpdate.`,
    html`Enter the address above as <strong>Request URL</strong>, and a secret of your choice as <strong>Secret Token</strong>. Without a token Ashby does not sign, and its requests are refused.`,
    html`Enter the same secret here, under <strong>Set secret</strong>.`,
  ],
};
const Steps = ({ provider }) => html`<ol class="steps">${STEPS[provider].map((step) => html`<li>${step}</li>`)}</ol>`;

function becameOf({ state, outcome }) {
  if (state === "unmapped") return "Changes nothing";
  const what = outcome ? `${OUTCOMES[outcome]}, ` : "";
  return sentence(what + (state === "waiting" ? "waiting for a link" : "applied"));
}

const Events = ({ events, link }) => html`<table class="narrow endpoints" role="table"><caption class="hidden">Events, the newest first</caption>
  <thead><tr role="row"><th scope="col">Event</th><th scope="col">Application</th><th scope="col">Received</th><th scope="col">What became of it</th></tr></thead>
  <tbody role="rowgroup">${events.map((each) => html`<tr role="row">
    <td role="cell">${each.provider_event ?? "Could not be read"}</td>
    <td role="cell"><span class="narrow-label">Application </span>${each.application_id ?? "–"}</td>
    <td role="cell">${time(each.received_at)}</td>
    <td role="cell">${becameOf(each)}
      ${each.state === "waiting" && html` <button class="plain small" aria-label=${`Link application ${each.application_id}`} onClick=${() => link(each.application_id)}>Link</button>`}</td></tr>`)}</tbody></table>`;

// 192 random bits in 32 characters.
const newSecret = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));

function Secret({ connection, name, close }) {
  const [secret, setSecret] = useState("");
  const isFirst = connection.state === "waiting for its secret";
  return html`<${Confirm} title="Set the secret" button="Save" ready=${secret.length > 0} work=${() => act("set_secret", { connection_id: connection.connection_id, secret })} done=${() => close(true)} close=${close}>
    <p>The same text has to be in ${name}. It is not shown again here.</p>
    <${Field} label="Secret" hint="At least 32 random characters."><input autocomplete="off" spellcheck=${false} maxlength="1000" value=${secret} onInput=${(event) => setSecret(event.target.value)} /><//>
    <div class="row"><button type="button" onClick=${() => setSecret(newSecret())}>Make one for me</button>${secret && html`<${Copy} text=${secret} label="Copy secret" />`}</div>
    ${!isFirst && html`<p>The secret in use now goes on working for 24 hours.</p>`}<//>`;
}

function Link({ provider, application, close }) {
  const [thread, setThread] = useState("");
  const load = useLoad(() => api.get("api/agent/messages", { limit: 50 }), []);
  return html`<${Confirm} title=${`Link application ${application}`} button="Link" ready=${thread.trim().length > 0} done=${() => close(true)} close=${close}
    work=${() => act("link", { provider, application_id: application, message_id: thread.trim() })}>
    <p>Its outcomes become those of the thread. A later link moves it. Compare the names in ${PROVIDERS[provider]} first: none of them are known here.</p>
    <${Field} label="Thread id" hint="One of your own from the list, or the id that a colleague gives you."><input list="threads" autocomplete="off" value=${thread} onInput=${(event) => setThread(event.target.value)} /><//>
    <datalist id="threads">${(load.data?.messages ?? []).map((each) => html`<option value=${each.id}>${`${each.company}, ${date(each.received_at)}`}</option>`)}</datalist><//>`;
}

function Delete({ connection, name, close }) {
  const [typed, setTyped] = useState("");
  return html`<${Confirm} title=${`Delete ${name}`} button="Delete connection" danger ready=${typed === name} work=${() => act("delete", { connection_id: connection.connection_id })} done=${() => go(HERE)} close=${close}>
    <p>${name} is refused from now on. What it has verified stays. This cannot be undone.</p>
    <${Field} label=${`Type ${name} to go on`}><input value=${typed} autocomplete="off" onInput=${(event) => setTyped(event.target.value)} /><//><//>`;
}
