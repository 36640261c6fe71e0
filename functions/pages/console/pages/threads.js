import { api } from "../api.js";
import { Empty, Field, Foot, Head, Loaded, Period, Problem, useLoad } from "../parts/page.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { ACTIONS, FITS, OUTCOMES, date, decoded, plural, sentence, time, topics, waiting } from "../parts/words.js";

const THREADS = "api/agent/messages";
const UNDO_SECONDS = 5;

export function Page({ path }) {
  const [period, setPeriod] = useState("");
  const [outcome, setOutcome] = useState("");
  const load = useLoad(async () => ({ ...(await api.get(THREADS, { period, outcome, limit: 50 })), at: new Date().toISOString() }), [period, outcome]);
  const [further, setFurther] = useState({ messages: [], cursor: undefined, error: null });
  const first = () => setFurther({ messages: [], cursor: undefined, error: null });
  useEffect(first, [period, outcome]);
  const open = path ? decoded(path) : null;
  const changed = (thread) => {
    const put = (messages) => messages.map((each) => (each.id === thread.id ? { ...each, ...thread } : each));
    setFurther((now) => ({ ...now, messages: put(now.messages) }));
    if (load.data) load.again(async () => ({ ...load.data, messages: put(load.data.messages) }));
  };
  const more = async (cursor) => {
    try {
      const page = await api.get(THREADS, { period, outcome, limit: 50, cursor });
      setFurther({ messages: [...further.messages, ...page.messages], cursor: page.next_cursor, error: null });
    } catch (error) {
      setFurther({ ...further, error });
    }
  };
  return html`<${Head} title="Threads" about="Messages from recruiters, and what became of each.">
      <${Field} label="Outcome"><select value=${outcome} onChange=${(event) => setOutcome(event.target.value)}>
        <option value="">All</option><option value="none">None yet</option>
        ${Object.entries(OUTCOMES).map(([value, name]) => html`<option value=${value}>${name}</option>`)}
      </select><//>
      <${Period} value=${period} onChange=${setPeriod} all />
    <//>
    <div class=${open ? "split open" : "split"}>
      <div class="list"><${Loaded} load=${load} lines=${12}>${(data) => {
        const messages = [...data.messages, ...further.messages];
        const cursor = further.cursor === undefined ? data.next_cursor : further.cursor;
        if (!messages.length && !cursor) return html`<${None} filtered=${Boolean(period || outcome)} />`;
        return html`<${Table} messages=${messages} open=${open} />
          ${further.error && html`<${Problem} error=${further.error} again=${() => more(cursor)} />`}
          ${cursor && html`<p class="foot"><button onClick=${() => more(cursor)}>Show more</button></p>`}
          <${Foot} at=${data.at} loading=${load.loading} refresh=${() => { first(); load.again(); }} />`;
      }}<//></div>
      ${open && html`<${Thread} key=${open} id=${open} changed=${changed} />`}
    </div>`;
}

const None = ({ filtered }) => filtered
  ? html`<${Empty} title="Nothing matches">No thread has this outcome in this quarter. Choose another filter.<//>`
  : html`<${Empty} title="No threads yet">They appear here a moment after your agent has dealt with a recruiter’s message.<//>`;

const Table = ({ messages, open }) => html`<table class="threads narrow" role="table">
  <caption class="hidden">Threads, the newest first</caption>
  <thead><tr role="row"><th scope="col">Company</th><th scope="col">Fit</th><th scope="col">Received</th><th scope="col">Outcome</th></tr></thead>
  <tbody role="rowgroup">${messages.map((each) => html`<tr role="row" key=${each.id} class=${each.id === open ? "current" : ""}>
    <td role="cell"><a href=${`threads/${encodeURIComponent(each.id)}`} aria-current=${each.id === open ? "true" : undefined}>${each.company}</a></td>
    <td role="cell"><span class=${`fit ${each.fit}`}>${FITS[each.fit]}</span></td>
    <td role="cell">${date(each.received_at)}</td>
    <td role="cell">${each.outcome ? OUTCOMES[each.outcome] : html`<span class="muted">${sentence(waiting(each.received_at))}</span>`}${each.verified ? html` <small class="muted">verified</small>` : ""}</td>
  </tr>`)}</tbody>
</table>`;

function Thread({ id, changed }) {
  const load = useLoad(() => api.get(`${THREADS}/${encodeURIComponent(id)}`), [id]);
  const title = useRef(null);
  useEffect(() => { if (load.data && document.body.dataset.moved) title.current?.focus(); }, [Boolean(load.data)]);
  return html`<section class="detail" aria-label="Thread">
    <${Loaded} load=${load}>${(thread) => html`
      <h2 tabindex="-1" ref=${title}>${thread.company}</h2>
      <dl>
        <dt>Received</dt><dd>${time(thread.received_at)}</dd>
        <dt>Fit</dt><dd><span class=${`fit ${thread.fit}`}>${FITS[thread.fit]}</span></dd>
        <dt>Agent</dt><dd>${ACTIONS[thread.action]}</dd>
        <dt>Topics</dt><dd>${topics(thread.topics) || "–"}</dd>
      </dl>
      <${Recorder} thread=${thread} recorded=${async () => {
        const now = await api.get(`${THREADS}/${encodeURIComponent(id)}`);
        load.again(async () => now);
        const { history, ...row } = now;
        changed(row);
      }} />
      <h3>History</h3>
      ${thread.history.length
        ? html`<ol class="history">${thread.history.map((each) => html`<li>
            <strong>${OUTCOMES[each.outcome]}</strong> <span class="muted small">${time(each.recorded_at)}, ${each.verified ? `verified by ${each.source}` : each.source === "self" ? "reported by you" : each.source}</span>
            ${each.notes && html`<p>${each.notes}</p>`}</li>`)}</ol>`
        : html`<p class="muted">Nothing has been reported yet: ${waiting(thread.received_at)}.</p>`}
      <p class="foot"><a href="threads">Close</a></p>`}<//>
  </section>`;
}

// Records an outcome five seconds after it was chosen, unless it is taken back. Who leaves the page sooner means it.
function Recorder({ thread, recorded }) {
  const [notes, setNotes] = useState("");
  const [chosen, setChosen] = useState(null);
  const [left, setLeft] = useState(0);
  const [said, setSaid] = useState("");
  const [error, setError] = useState(null);
  const waitingFor = useRef(null);
  const send = async (options) => {
    const outcome = waitingFor.current;
    if (!outcome) return;
    waitingFor.current = null;
    setChosen(null);
    try {
      await api.patch(`${THREADS}/${encodeURIComponent(thread.id)}/outcome`, { outcome: outcome.name, notes: outcome.notes }, options);
      setNotes("");
      setSaid("Recorded. Your report shows it after a refresh.");
      await recorded();
    } catch (problem) {
      setError({ problem, again: () => { waitingFor.current = outcome; send(); } });
    }
  };
  useEffect(() => {
    const leave = () => send({ keepalive: true });
    addEventListener("pagehide", leave);
    return () => { removeEventListener("pagehide", leave); leave(); };
  }, []);
  useEffect(() => {
    if (!chosen) return undefined;
    const timer = setTimeout(() => (left > 1 ? setLeft(left - 1) : send()), 1000);
    return () => clearTimeout(timer);
  }, [chosen, left]);
  const choose = (name) => {
    waitingFor.current = { name, notes };
    setError(null);
    setSaid("");
    setLeft(UNDO_SECONDS);
    setChosen(name);
  };
  const undo = () => {
    waitingFor.current = null;
    setChosen(null);
    setSaid("Taken back. Nothing was recorded.");
  };
  return html`<fieldset class="outcomes"><legend>What became of it</legend>
      ${Object.entries(OUTCOMES).map(([name, label]) => html`<button type="button" aria-pressed=${String((chosen ?? thread.outcome) === name)} onClick=${() => choose(name)}>${label}</button>`)}
    </fieldset>
    <${Field} label="Notes, for you alone" hint=${`${plural(2000 - notes.length, "character")} left. Write them before you choose.`}>
      <textarea rows="2" maxlength="2000" value=${notes} onInput=${(event) => setNotes(event.target.value)}></textarea><//>
    <div role="status" class="row">${chosen
      ? html`<span>Recording “${OUTCOMES[chosen]}” in ${left} s.</span><button onClick=${undo}>Undo</button>`
      : said && html`<span class="muted">${said}</span>`}</div>
    ${error && html`<${Problem} error=${error.problem} again=${error.again} />`}<br />`;
}
