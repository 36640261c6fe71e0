import { api } from "../api.js";
import { Copy, Field, Head, Problem } from "../parts/page.js";
import { html, useState } from "../parts/ui.js";
import { number } from "../parts/words.js";

const MOST = 10_000;
const VERDICTS = { strong_fit: "This looks like a strong fit.", maybe: "This may fit.", misfit: "This does not look like a fit." };

export function Page() {
  const [text, setText] = useState("");
  const [state, setState] = useState(null);
  const left = MOST - [...text].length;
  const ask = async (event) => {
    event?.preventDefault();
    setState({ asking: true });
    try {
      const summary = await api.post("api/agent/job-summary", { job_description: text });
      setState({ summary, standIn: summary.headers.get("x-model") === "stand-in" });
    } catch (error) {
      setState({ error });
    }
  };
  return html`<${Head} title="Job fit" about="Compares a job description with your profile." />
    <form class="stack" onSubmit=${ask}>
      <${Field} label="Job description" hint=${left < 0 ? `${number(-left)} characters too many` : `${number(left)} of ${number(MOST)} characters left`}>
        <textarea rows="10" required value=${text} onInput=${(event) => setText(event.target.value)}></textarea><//>
      <div class="row"><button class="primary" disabled=${left < 0 || state?.asking}>${state?.asking ? "Comparing …" : "Compare"}</button>
        <span class="small muted">Assistive, not a decision: you know more than a profile says.</span></div>
    </form>
    <div class="section" aria-live="polite">
      ${state?.error && html`<${Problem} error=${state.error} again=${ask} />`}
      ${state?.summary && html`<${Summary} summary=${state.summary} standIn=${state.standIn} />`}
    </div>`;
}

const Summary = ({ summary, standIn }) => html`
  ${standIn && html`<div class="notice warning"><p>A stand-in that matches words wrote this, not Claude. It is for trying the console out.</p></div>`}
  <h2>${VERDICTS[summary.overall_fit]}</h2>
  ${summary.one_line_pitch && html`<p>${summary.one_line_pitch} <${Copy} text=${summary.one_line_pitch} /></p>`}
  <div class="columns">
    <${List} title="What matches" items=${summary.matched_areas} none="Nothing in your profile matches what could be read." />
    <${List} title="What is missing" items=${summary.gaps} none="Nothing that could be read is missing." />
  </div>
  <section class="section"><h3>Talking points</h3>${summary.talking_points.length
    ? html`<ul>${summary.talking_points.map((each) => html`<li>${each} <${Copy} text=${each} /></li>`)}</ul>`
    : html`<p class="muted">None.</p>`}</section>`;

const List = ({ title, items, none }) => html`<section><h3>${title}</h3>${items.length
  ? html`<ul>${items.map((each) => html`<li>${each}</li>`)}</ul>` : html`<p class="muted">${none}</p>`}</section>`;
