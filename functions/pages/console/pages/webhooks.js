import { api } from "../api.js";
import { Confirm, Copy, Dialog, Empty, Field, Foot, Head, Loaded, Problem, go, useLoad } from "../parts/page.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { date, decoded, time } from "../parts/words.js";

const WEBHOOKS = "console/api/webhooks";
const HERE = "settings/webhooks";
const TYPES = {
  "message.received": "A thread is new",
  "outcome.recorded": "Its owner recorded an outcome",
  "outcome.verified": "An integration confirmed an outcome",
  "snapshot.ready": "The team’s monthly figures are ready",
};
const LOOKS = [1, 2, 3, 5, 8]; // seconds between looks for an attempt, the deadline of a receiver being fifteen
const act = (action, more) => api.post(WEBHOOKS, { action, ...more });
const addressOf = (...ids) => [HERE, ...ids.map(encodeURIComponent)].join("/");

export function Page({ session, path }) {
  if (session.role !== "admin") return html`<${Top} />
    <${Empty} title="For admins of your team">Admins see and change webhooks. Ask one of them to add an endpoint, or to make you an admin.<//>`;
  const [endpoint, event] = path ? path.split("/").map(decoded) : [];
  return endpoint ? html`<${Endpoint} key=${endpoint} id=${endpoint} event=${event} />` : html`<${List} />`;
}

const Top = ({ children }) => html`<${Head} title="Webhooks" about="Events of your team, sent to a server of yours.">${children}<//>`;

function List() {
  const load = useLoad(async () => ({ ...(await api.get(WEBHOOKS)), at: new Date().toISOString() }), []);
  const [adding, setAdding] = useState(false);
  const close = (changed) => {
    setAdding(false);
    if (changed) load.again();
  };
  return html`<${Top}><button class="primary" onClick=${() => setAdding(true)}>Add an endpoint</button><//>
    <${Loaded} load=${load}>${({ endpoints, at }) => html`${endpoints.length
      ? html`<${Endpoints} endpoints=${endpoints} />`
      : html`<${Empty} title="No endpoints yet">Add the address of your server. It hears of new threads, outcomes and monthly figures within seconds, and every delivery is listed here for 30 days.<//>`}
      <${Foot} at=${at} loading=${load.loading} refresh=${() => load.again()} />`}<//>
    ${adding && html`<${Edit} close=${close} />`}`;
}

const Endpoints = ({ endpoints }) => html`<table class="narrow threads endpoints" role="table"><caption class="hidden">Webhook endpoints</caption>
  <thead><tr role="row"><th scope="col">URL</th><th scope="col">State</th><th scope="col">Events</th><th scope="col">Last delivery</th></tr></thead>
  <tbody role="rowgroup">${endpoints.map((each) => html`<tr role="row" key=${each.endpoint_id}>
    <td role="cell"><a href=${addressOf(each.endpoint_id)}>${each.url}</a></td>
    <td role="cell">${stateOf(each)}</td>
    <td role="cell">${typesOf(each)}</td>
    <td role="cell"><${Last} delivery=${each.last_delivery} /></td></tr>`)}</tbody></table>`;

const stateOf = ({ status, failing_since }) => {
  if (status === "disabled") return "Disabled";
  return failing_since ? `Failing since ${date(failing_since)}` : "Enabled";
};
const typesOf = ({ events }) => (events.length ? events.join(", ") : "All events");
const lastAttempt = ({ attempts }) => attempts[attempts.length - 1];

function outcomeOf(delivery) {
  if (delivery.state === "delivered") return "Delivered";
  if (delivery.state === "failed") return "Failed";
  return delivery.attempts.length ? "Waiting to try again" : "Sending";
}

const Last = ({ delivery }) => {
  if (!delivery) return html`<span class="muted">Nothing sent yet</span>`;
  return html`${outcomeOf(delivery)}, ${time(lastAttempt(delivery)?.at ?? delivery.created_at)}
    ${lastAttempt(delivery)?.failure && html`<br /><span class="small muted">${lastAttempt(delivery).failure}</span>`}`;
};

function Endpoint({ id, event }) {
  const [open, setOpen] = useState(null);
  const [said, setSaid] = useState("");
  const [error, setError] = useState(null);
  const alive = useRef(true);
  useEffect(() => () => { alive.current = false; }, []);
  const get = async () => ({ ...(await act("get", { endpoint_id: id })), at: new Date().toISOString() });
  const load = useLoad(get, [id]);
  const close = (changed) => {
    setOpen(null);
    if (changed) load.again();
  };
  const run = async (work) => {
    setError(null);
    setSaid("");
    try {
      await work();
    } catch (problem) {
      setError(problem);
    }
  };
  const set = (action) => run(async () => {
    await act(action, { endpoint_id: id });
    load.again();
  });
  // Sends, then looks until the attempt is on record.
  const send = (action, more, made = 0) => run(async () => {
    const { event_id } = await act(action, { endpoint_id: id, ...more });
    setSaid("Sent. Waiting for your server.");
    for (const seconds of LOOKS) {
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      if (!alive.current) return;
      const found = await get();
      load.again(async () => found);
      const delivery = found.deliveries.find((each) => each.event_id === event_id);
      if (delivery?.attempts.length > made) {
        const { failure, status, ms } = lastAttempt(delivery);
        return setSaid(failure ?? `Delivered: your server answered ${status} in ${ms} ms.`);
      }
    }
    setSaid("Your server has not answered yet. Refresh in a moment.");
  });
  return html`<${Loaded} load=${load}>${(endpoint) => {
    const delivery = event && endpoint.deliveries.find((each) => each.event_id === event);
    return html`<p><a href=${HERE}>All endpoints</a></p>
    <${Head} title=${new URL(endpoint.url).host} about=${endpoint.url} />
    <p>${`${stateOf(endpoint)} · ${typesOf(endpoint)} · added ${date(endpoint.created_at)}`}</p>
    <div class="row no-print">
      <button class="primary" disabled=${endpoint.status === "disabled"} onClick=${() => send("test")}>Send test event</button>
      <button onClick=${() => setOpen("change")}>Change</button>
      <button onClick=${() => setOpen("rotate")}>Rotate secret</button>
      <button onClick=${() => set(endpoint.status === "disabled" ? "enable" : "disable")}>${endpoint.status === "disabled" ? "Enable" : "Disable"}</button>
      <button class="danger" onClick=${() => setOpen("delete")}>Delete</button>
    </div>
    <p role="status" class="status">${said}</p>
    ${error && html`<${Problem} error=${error} />`}
    ${endpoint.status === "disabled" && html`<div class="notice warning"><p>Nothing is sent while the endpoint is disabled. What happens meanwhile is not sent later; any delivery below can be replayed.</p></div>`}
    ${endpoint.old_secret_expires_at && html`<div class="notice"><p>Both secrets sign until ${time(endpoint.old_secret_expires_at)}.</p></div>`}
    <h2>Deliveries</h2>
    <div class=${delivery ? "split open" : "split"}>
      <div class="list">${endpoint.deliveries.length
        ? html`<${Deliveries} endpoint=${endpoint} shown=${event} />`
        : html`<${Empty} title="Nothing sent yet">Events appear here when they are sent, with what your server answered. Send a test event to try it.<//>`}
        <${Foot} at=${endpoint.at} loading=${load.loading} refresh=${() => load.again()} /></div>
      ${delivery && html`<${Delivery} key=${event} endpoint=${id} delivery=${delivery} replay=${() => send("replay", { event_id: event }, delivery.attempts.length)} />`}
      ${event && !delivery && html`<p>This event is not among the latest ${endpoint.deliveries.length}. <a href=${addressOf(id)}>Show all</a></p>`}
    </div>
    ${open === "change" && html`<${Edit} endpoint=${endpoint} close=${close} />`}
    ${open === "rotate" && html`<${Rotate} endpoint=${endpoint} close=${close} />`}
    ${open === "delete" && html`<${Delete} endpoint=${endpoint} close=${close} />`}`;
  }}<//>`;
}

const Deliveries = ({ endpoint, shown }) => html`<table class="narrow threads" role="table"><caption class="hidden">Deliveries, the newest first</caption>
  <thead><tr role="row"><th scope="col">Event</th><th scope="col">State</th><th scope="col">Sent</th><th scope="col">Attempts</th></tr></thead>
  <tbody role="rowgroup">${endpoint.deliveries.map((each) => html`<tr role="row" key=${each.event_id} class=${each.event_id === shown ? "current" : ""}>
    <td role="cell"><a href=${addressOf(endpoint.endpoint_id, each.event_id)} aria-current=${each.event_id === shown ? "true" : undefined}>${each.type}</a></td>
    <td role="cell">${outcomeOf(each)}</td><td role="cell">${time(each.created_at)}</td>
    <td role="cell">${each.attempts.length}<span class="narrow-label"> ${each.attempts.length === 1 ? "attempt" : "attempts"}</span></td></tr>`)}</tbody></table>`;

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

function Delivery({ endpoint, delivery, replay }) {
  const title = useRef(null);
  useEffect(() => { if (document.body.dataset.moved) title.current?.focus(); }, []);
  return html`<section class="detail" aria-label="Delivery">
    <h2 tabindex="-1" ref=${title}>${delivery.type}</h2>
    <dl><dt>State</dt><dd>${outcomeOf(delivery)}</dd>
      ${delivery.next_attempt_at && html`<dt>Next attempt</dt><dd>${time(delivery.next_attempt_at)}</dd>`}
      <dt>Event id</dt><dd><code>${delivery.event_id}</code></dd></dl>
    <p><button onClick=${replay}>Replay</button></p>
    <h3>Payload</h3>
    <div class="copyable"><code>${pretty(delivery.payload)}</code><${Copy} text=${delivery.payload} /></div>
    <h3 class="section">Attempts</h3>
    ${delivery.attempts.length === 0 && html`<p class="muted">${delivery.state === "failed" ? "Not sent: the endpoint was disabled." : "None yet."}</p>`}
    <ol class="history">${[...delivery.attempts].reverse().map((each) => html`<li>
      <strong>${each.failure ?? `Your server answered ${each.status}.`}</strong><br /><span class="muted small">${time(each.at)}, ${each.ms} ms</span>
      ${each.body && html`<details><summary>Response</summary><div class="copyable"><code>${each.body}</code></div></details>`}</li>`)}</ol>
    <p class="foot"><a href=${addressOf(endpoint)}>Close</a></p></section>`;
}

function Edit({ endpoint, close }) {
  const [url, setUrl] = useState(endpoint?.url ?? "");
  const [chosen, setChosen] = useState(endpoint?.events.length ? endpoint.events : null);
  const [state, setState] = useState({});
  const save = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    const body = { url, events: chosen ?? [] };
    try {
      if (endpoint) {
        await act("change", { endpoint_id: endpoint.endpoint_id, ...body });
        close(true);
      } else {
        setState({ made: await act("create", body) });
      }
    } catch (error) {
      setState({ error });
    }
  };
  if (state.made) return html`<${Secret} made=${state.made} close=${() => close(true)} />`;
  const toggle = (type) => setChosen(chosen.includes(type) ? chosen.filter((each) => each !== type) : [...chosen, type]);
  return html`<${Dialog} title=${endpoint ? "Change the endpoint" : "Add an endpoint"} close=${() => close(false)}>
    <form class="stack" onSubmit=${save}>
      <${Field} label="URL" hint="https on a public host name."><input type="text" inputmode="url" autocomplete="off" required maxlength="2000" value=${url} onInput=${(event) => setUrl(event.target.value)} /><//>
      <${Field} label="Events"><select onChange=${(event) => setChosen(event.target.value === "all" ? null : Object.keys(TYPES))}>
        <option value="all" selected=${!chosen}>All, also those to come</option><option value="some" selected=${Boolean(chosen)}>Only those chosen here</option></select><//>
      ${chosen && html`<fieldset class="choices"><legend>Send when</legend>${Object.entries(TYPES).map(([type, when]) => html`<label>
        <input type="checkbox" checked=${chosen.includes(type)} onChange=${() => toggle(type)} /><span>${when}</span><small>${type}</small></label>`)}</fieldset>`}
      ${state.error && html`<${Problem} error=${state.error} />`}
      <div class="row"><button class="primary" disabled=${state.busy || chosen?.length === 0}>${endpoint ? "Save" : "Add endpoint"}</button><button type="button" onClick=${() => close(false)}>Cancel</button></div>
    </form><//>`;
}

function Secret({ made, close, note }) {
  const code = `from standardwebhooks import Webhook\n\nSECRET = "${made.secret}"\n\n# Raises unless we signed it.\nevent = Webhook(SECRET).verify(body, headers)`;
  return html`<${Dialog} title="The endpoint’s secret" close=${close}>
    <p>Copy it now. It is shown this once.</p>
    <div class="copyable"><code data-secret>${made.secret}</code><${Copy} text=${made.secret} label="Copy secret" /></div>
    ${note && html`<p class="section">${note}</p>`}
    <h3 class="section">Verify what your server receives</h3>
    <div class="copyable"><code>${code}</code><${Copy} text=${code} /></div>
    <div class="row section"><button class="primary" onClick=${close}>I have copied it</button></div><//>`;
}

function Rotate({ endpoint, close }) {
  const [made, setMade] = useState(null);
  if (made) return html`<${Secret} made=${made} close=${() => close(true)} note=${`Both secrets sign until ${time(made.old_secret_expires_at)}.`} />`;
  return html`<${Confirm} title="Rotate the secret" button="Rotate" work=${() => act("rotate", { endpoint_id: endpoint.endpoint_id })} done=${setMade} close=${close}>
    <p>You get a new secret. Both secrets sign for 24 hours, so that you can put the new one in its place.</p>
    ${endpoint.old_secret_expires_at && html`<p>The secret before the current one stops signing at once.</p>`}<//>`;
}

function Delete({ endpoint, close }) {
  const [typed, setTyped] = useState("");
  const { host } = new URL(endpoint.url);
  return html`<${Confirm} title="Delete the endpoint" button="Delete endpoint" danger ready=${typed === host} work=${() => act("delete", { endpoint_id: endpoint.endpoint_id })} done=${() => go(HERE)} close=${close}>
    <p>Nothing more is sent to it, and its deliveries are deleted. This cannot be undone.</p>
    <${Field} label=${`Type ${host} to go on`}><input value=${typed} autocomplete="off" onInput=${(event) => setTyped(event.target.value)} /><//><//>`;
}
