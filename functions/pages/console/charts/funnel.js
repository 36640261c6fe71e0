import { html } from "../parts/ui.js";
import { number, percent } from "../parts/words.js";
import { Figure } from "./figure.js";

const WIDTH = 360, HEIGHT = 20;

// Steps of a funnel: `data` is [{label, value, note}]. Each bar is its share of the first step, and says how many passed.
export function funnel(data, { title, description, unit }) {
  const first = Math.max(1, data[0]?.value ?? 0);
  const passed = ({ value }, n) => (n && data[n - 1].value ? `${percent(value / data[n - 1].value)} of the step before` : "");
  return html`<${Figure} title=${title} description=${description} columns=${["Step", unit, "Share that passed"]}
    rows=${data.map((each, n) => [each.label, number(each.value), n && data[n - 1].value ? percent(each.value / data[n - 1].value) : "–"])}>
    <ol class="funnel">${data.map((each, n) => html`<li>
      <div class="label"><span>${each.label} <strong>${number(each.value)}</strong></span><span>${each.note ?? passed(each, n)}</span></div>
      <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${`${each.label}: ${number(each.value)}`} class="track" height="12">
        <rect class="series-strong_fit" width=${(WIDTH * each.value) / first} height=${HEIGHT} /></svg>
    </li>`)}</ol><//>`;
}
