import { api } from "../api.js";
import { stack } from "../charts/stack.js";
import { Empty, Field, Head, Problem } from "../parts/page.js";
import { html, useEffect, useState } from "../parts/ui.js";
import { FITS, number, percent, topic } from "../parts/words.js";

const RECENT = "recent-companies";
const recent = () => JSON.parse(sessionStorage.getItem(RECENT) ?? "[]");

export function Page({ path }) {
  const [name, setName] = useState(decodeURIComponent(path));
  const [state, setState] = useState(null);
  const ask = async (company) => {
    setState({ company });
    history.replaceState(null, "", new URL(`signals/${encodeURIComponent(company)}`, document.baseURI));
    try {
      const { signals } = await api.get("api/agent/company-signals", { company });
      sessionStorage.setItem(RECENT, JSON.stringify([company, ...recent().filter((each) => each !== company)].slice(0, 6)));
      setState({ company, signals });
    } catch (error) {
      setState({ company, error });
    }
  };
  useEffect(() => { if (name.trim()) ask(name.trim()); }, []);
  const submit = (event) => {
    event.preventDefault();
    if (name.trim()) ask(name.trim());
  };
  return html`<${Head} title="Company signals" about="How a company’s messages fit candidates, and what comes of them. Nobody is named." />
    <form class="controls" role="search" onSubmit=${submit}>
      <${Field} label="Company"><input type="search" required maxlength="200" value=${name} onInput=${(event) => setName(event.target.value)} /><//>
      <button class="primary">Look up</button>
    </form>
    ${recent().length > 0 && html`<p class="small muted">Last looked up: ${recent().map((each, n) => html`${n ? ", " : ""}<button class="plain small" onClick=${() => { setName(each); ask(each); }}>${each}</button>`)}</p>`}
    <div class="section" aria-live="polite"><${Answer} state=${state} again=${() => ask(state.company)} /></div>`;
}

function Answer({ state, again }) {
  if (!state) return html`<p class="muted">Look up a company that wrote to you.</p>`;
  if (state.error) return html`<${Problem} error=${state.error} again=${again} />`;
  if (state.signals === undefined) return html`<p class="muted">Looking up ${state.company} …</p>`;
  if (state.signals === null)
    return html`<${Empty} title="Not enough people yet">Figures on ${state.company} appear from ten candidates on. Fewer could be recognised in them.<//>`;
  const { signals } = state;
  const parts = { strong_fit: signals.strong_fit_rate, maybe: signals.maybe_rate, misfit: signals.misfit_rate };
  return html`<h2>${state.company}</h2>
    <dl class="figures">
      <div><dt>Led to an interview</dt><dd><div class="value">${percent(signals.outcome_interview_rate)}</div><div class="note">of threads with a known outcome</div></dd></div>
      <div><dt>Led to an offer</dt><dd><div class="value">${percent(signals.outcome_offer_rate)}</div><div class="note">of threads with a known outcome</div></dd></div>
      <div><dt>Candidates</dt><dd><div class="value">${number(signals.sample_size)}</div><div class="note">${number(signals.total_interactions)} messages</div></dd></div>
    </dl>
    <div class="columns section">
      <div>${stack(
        Object.entries(FITS).map(([name, label]) => ({ name, label, value: Math.round(parts[name] * 100) })), // two decimals
        { title: "Fit", description: "Of a hundred messages, how many fit.", unit: "Of 100" },
      )}</div>
      <section><h3>What it writes about</h3><p>${signals.top_topics.map(topic).join(", ") || "No topic stands out."}</p></section>
    </div>`;
}
