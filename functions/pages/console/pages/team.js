import { api } from "../api.js";
import { funnel, steps } from "../charts/funnel.js";
import { stack } from "../charts/stack.js";
import { BarTable } from "../parts/bartable.js";
import { Empty, Foot, Head, Loaded, Period, useLoad } from "../parts/page.js";
import { html, useState } from "../parts/ui.js";
import { FITS, number, percent, quarters } from "../parts/words.js";

export function Page({ session }) {
  const [period, setPeriod] = useState(quarters(1)[0]);
  const included = session.team.plan === "enterprise";
  const load = useLoad(async () => included && api.get("api/team/agent/analytics", { period }), [period]);
  if (!included)
    return html`<${Head} title="Team" about="What recruiters send to the whole team." /><${Empty} title="Part of the Enterprise plan">Your team’s plan does not include team figures.<//>`;
  return html`<${Head} title="Team" about=${`What recruiters sent to all of ${session.team.name} in ${period}.`}>
      <${Period} value=${period} onChange=${setPeriod} /><//>
    <${Loaded} load=${load} lines=${12}>${(team) => html`<${Figures} team=${team} />
      <${Foot} at=${team.generated_at} loading=${load.loading} refresh=${() => load.again()} />`}<//>`;
}

function Figures({ team }) {
  if (!team.total_inbound)
    return html`<${Empty} title=${`Nothing in ${team.period}`}>Figures appear once the team has its first message of this quarter.<//>`;
  const { outcome_funnel: outcomes, agent_utilization: agent } = team;
  const answered = team.total_auto_replied + team.total_drafted;
  return html`
    <dl class="figures">
      <${Figure} name="Members" value=${team.member_count} note="in the team now" />
      <${Figure} name="Inbound messages" value=${team.total_inbound} note=${team.member_count ? `${number(Math.round(team.total_inbound / team.member_count))} a member` : ""} />
      <${Figure} name="Answered or drafted" value=${answered} note=${`${number(team.total_auto_replied)} by the agent alone`} />
      <${Figure} name="Offers" value=${outcomes.offer_count} note=${`of ${number(outcomes.total_tracked)} tracked threads`} />
    </dl>
    <div class="columns section">
      <div>${funnel(
        steps(
          [
            { label: "Tracked", value: outcomes.total_tracked },
            { label: "Screening", value: outcomes.screening_count },
            { label: "Interview", value: outcomes.interview_count },
            { label: "Offer", value: outcomes.offer_count },
            { label: "Accepted", value: outcomes.accept_count },
          ],
          { number, percent },
        ),
        { title: "From thread to new job", description: "How many threads reached each step.", columns: ["Step", "Threads", "Share that passed"] },
      )}</div>
      <div class="stack">
        ${stack(
          Object.entries(FITS).map(([name, label]) => ({ name, label, value: team.fit_distribution[name] })),
          { title: "Fit", description: "How well the jobs fit the members.", unit: "Messages" },
        )}
        ${stack(
          [
            { name: "strong_fit", label: "Answered by the agent", value: team.total_auto_replied },
            { name: "maybe", label: "Drafted", value: team.total_drafted },
            { name: "misfit", label: "Declined", value: team.total_declined },
          ],
          { title: "What the agent did", description: `It answered ${percent(agent.auto_reply_rate)} of all messages without help.`, unit: "Messages" },
        )}
      </div>
    </div>
    <section class="section"><h2>Companies</h2>
      ${team.top_companies.length ? "" : html`<p class="muted">No message named a company.</p>`}
      <${BarTable} caption="Companies" columns=${["Company", "Messages", "Average fit"]} rows=${team.top_companies.map((each) => ({ name: each.name, value: each.count, more: [percent(each.avg_fit_rate)] }))} />
    </section>`;
}

const Figure = ({ name, value, note }) => html`<div><dt>${name}</dt><dd><div class="value">${number(value)}</div><div class="note">${note}</div></dd></div>`;
