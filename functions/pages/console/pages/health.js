import { api } from "../api.js";
import { bars } from "../charts/bars.js";
import { funnel } from "../charts/funnel.js";
import { stack } from "../charts/stack.js";
import { BarTable } from "../parts/bartable.js";
import { Empty, Foot, Head, Loaded, Period, Problem, useLoad } from "../parts/page.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { FITS, number, percent, quarters, topic } from "../parts/words.js";

const REPORT = "api/agent/career-health";
const SIGNALS = { increasing: "Demand is rising", stable: "Demand is steady", decreasing: "Demand is falling", insufficient_data: "Not enough messages to tell how demand moves" };

// One call for the running quarter. The four before it are four more, so on Pro, with 20 calls a minute, one asks for them.
export function Page({ session }) {
  const [current] = quarters(1);
  const [period, setPeriod] = useState(current);
  const [fresh, setFresh] = useState(false);
  const load = useLoad(() => (period === current && !fresh ? api.get(REPORT) : api.post(REPORT, { period })), [period]);
  const refresh = () => {
    setFresh(true);
    load.again(() => api.post(REPORT, { period }));
  };
  return html`<${Head} title="Career health" about=${`Who wrote to you in ${period}, how well it fits, and what came of it.`}>
      <${Period} value=${period} onChange=${setPeriod} /><//>
    <${Loaded} load=${load} lines=${12}>${(report) => html`<${Report} report=${report} all=${session.team.plan !== "pro"} />
      <${Foot} at=${report.generated_at} loading=${load.loading} refresh=${refresh} />`}<//>`;
}

function Report({ report, all }) {
  const { inbound_volume: inbound, fit_distribution: fits, outcome_summary: outcomes } = report;
  if (!inbound.total && !outcomes.total_tracked)
    return html`<${Empty} title=${`Nothing in ${report.period}`}>Figures appear once your agent has dealt with a first message of this quarter.<//>`;
  const trend = inbound.trend_vs_prior;
  const tracked = outcomes.total_tracked;
  const verified = outcomes.verified_count;
  const rate = (value, of) => (of ? percent(value) : "–"); // without a thread there is no rate, and the API sends 0
  return html`
    <dl class="figures">
      <${Figure} name="Inbound messages" value=${number(inbound.total)} note=${trend === null || trend === undefined ? "no quarter before" : `${trend > 0 ? "+" : trend < 0 ? "−" : ""}${Math.abs(trend)} % on the whole quarter before`} />
      <${Figure} name="Strong fits" value=${number(fits.strong_fit)} note=${inbound.total ? `${percent(fits.strong_fit / inbound.total)} of inbound` : ""} />
      <${Figure} name="Interview rate" value=${rate(outcomes.interview_rate, tracked)} note=${`of ${number(tracked)} tracked threads`} />
      <${Figure} name="Verified outcomes" value=${rate(outcomes.verification_rate, tracked)} note=${`${number(outcomes.verified_count)} confirmed by an integration`} />
    </dl>
    <p class="muted small">${SIGNALS[report.market_demand_signal] ?? report.market_demand_signal}. <a href="../docs/guide.html#how-each-figure-is-computed" target="_blank" rel="noopener">What do these figures mean?</a></p>
    <div class="columns section">
      <${History} report=${report} all=${all} />
      <div class="stack wide">
      ${stack(
        Object.entries(FITS).map(([name, label]) => ({ name, label, value: fits[name] })),
        { title: "Fit", description: "How well the jobs behind the messages fit your profile.", unit: "Messages" },
      )}
      ${funnel(
        [
          { label: "Tracked", share: tracked ? 1 : 0, text: number(tracked), note: verified ? `${number(verified)} verified` : "", verified: tracked ? verified / tracked : 0 },
          { label: "Interviewed", share: outcomes.interview_rate, text: rate(outcomes.interview_rate, tracked), note: verified ? `${percent(outcomes.verified_interview_rate)} of the verified` : "", verified: tracked ? (outcomes.verified_interview_rate * verified) / tracked : 0 },
          { label: "Offer received", share: outcomes.offer_rate, text: rate(outcomes.offer_rate, tracked), note: "" },
        ],
        { title: "From thread to offer", description: verified
          ? "Shares of the threads whose outcome is known. The strip along a bar is the part that an integration verified."
          : "Shares of the threads whose outcome is known.", columns: ["Step", "Threads, then shares", "Verified"] },
      )}</div>
    </div>
    <div class="columns section">
      <section><h2>Companies</h2>${report.top_companies.length
        ? html`<${BarTable} caption="Companies" columns=${["Company", "Messages", "Fit"]} rows=${report.top_companies.map((each) => ({ name: each.name, value: each.count, more: [percent(each.fit_rate)] }))} />`
        : html`<p class="muted">No message named a company.</p>`}</section>
      <section><h2>Topics</h2>${report.top_topics.length
        ? html`<${BarTable} caption="Topics" columns=${["Topic", "Messages"]} rows=${report.top_topics.map((each) => ({ name: topic(each.topic), value: each.count }))} />`
        : html`<p class="muted">No message had a topic.</p>`}</section>
    </div>`;
}

const Figure = ({ name, value, note }) => html`<div><dt>${name}</dt><dd><div class="value">${value}</div><div class="note">${note}</div></dd></div>`;

function History({ report, all }) {
  const [earlier, setEarlier] = useState(null);
  const [error, setError] = useState(null);
  const before = quartersBefore(report.period, 4);
  const shown = useRef(report.period);
  const load = async () => {
    setError(null);
    try {
      const reports = await Promise.all(before.map((period) => api.post(REPORT, { period })));
      if (shown.current === report.period) setEarlier(reports); // else another quarter was chosen meanwhile
    } catch (problem) {
      setError(problem);
    }
  };
  useEffect(() => {
    shown.current = report.period;
    setEarlier(null);
    setError(null);
    if (all) load();
  }, [report.period]);
  const data = [
    ...(earlier ?? []).map((each) => ({ label: each.period, value: each.inbound_volume.total })).reverse(),
    { label: report.period, value: report.inbound_volume.total },
  ];
  return html`<div>${bars(data, { title: "Inbound", description: earlier ? "Messages in each of five quarters." : "Messages in this quarter.", unit: "Messages" })}
    ${error && html`<${Problem} error=${error} again=${load} />`}
    ${!earlier && !error && !all && html`<button class="no-print" onClick=${load}>Show the four quarters before</button>`}</div>`;
}

function quartersBefore(period, count) {
  const last = Number(period.slice(0, 4)) * 4 + Number(period.slice(6)) - 1;
  return Array.from({ length: count }, (_, n) => last - n - 1).map((each) => `${Math.floor(each / 4)}-Q${(each % 4) + 1}`);
}
