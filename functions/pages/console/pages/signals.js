import { api } from "../api.js";
import { stack } from "../charts/stack.js";
import { Empty, Field, Head, Problem, go, useLoad } from "../parts/page.js";
import { html, useEffect, useState } from "../parts/ui.js";
import { FITS, decoded, number, percent, topics } from "../parts/words.js";

const RECENT = "recent-companies";
const addressOf = (company) => `signals/${encodeURIComponent(company)}`;
const recent = () => JSON.parse(sessionStorage.getItem(RECENT) ?? "[]");

export function Page({ path }) {
  const company = decoded(path).trim();
  const [name, setName] = useState(company);
  useEffect(() => setName(company), [company]);
  const load = useLoad(async () => (company ? lookUp(company) : null), [company]);
  const submit = (event) => {
    event.preventDefault();
    if (name.trim() === company) load.again();
    else if (name.trim()) go(addressOf(name.trim()));
  };
  return html`<${Head} title="Company signals" about="How a company’s messages fit candidates, and what comes of them. Nobody is named." />
    <form class="controls" role="search" onSubmit=${submit}>
      <${Field} label="Company"><input type="search" required maxlength="200" value=${name} onInput=${(event) => setName(event.target.value)} /><//>
      <button class="primary">Look up</button>
    </form>
    ${recent().length > 0 && html`<p class="small muted">Last looked up: ${recent().map((each, n) => html`${n ? ", " : ""}<a href=${addressOf(each)}>${each}</a>`)}</p>`}
    <div class="section" aria-live="polite"><${Answer} company=${company} load=${load} /></div>`;
}

async function lookUp(company) {
  const { signals } = await api.get("api/agent/company-signals", { company });
  sessionStorage.setItem(RECENT, JSON.stringify([company, ...recent().filter((each) => each !== company)].slice(0, 6)));
  return { company, signals };
}

function Answer({ company, load }) {
  if (!company) return html`<p class="muted">Look up a company that wrote to you.</p>`;
  if (load.error) return html`<${Problem} error=${load.error} again=${() => load.again()} />`;
  if (load.data?.company !== company) return html`<p class="muted">Looking up ${company} …</p>`;
  const { signals } = load.data;
  if (signals === null)
    return html`<${Empty} title="Not enough people yet">Figures on ${company} appear from ten candidates on. Fewer could be recognised in them.<//>`;
  const parts = { strong_fit: signals.strong_fit_rate, maybe: signals.maybe_rate, misfit: signals.misfit_rate };
  return html`<h2>${company}</h2>
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
      <section><h3>What it writes about</h3><p>${topics(signals.top_topics) || "No topic stands out."}</p></section>
    </div>`;
}
