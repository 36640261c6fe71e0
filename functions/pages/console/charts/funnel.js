import { html } from "../parts/ui.js";
import { Figure } from "./figure.js";

const WIDTH = 360, HEIGHT = 20, STRIP = 6;

// Steps of a funnel: `data` is [{label, share, text, note, verified}]. A bar is its share of the first step; `text` is its
// figure. `verified` is the share of the first step that an integration confirms: a strip along the bar.
export function funnel(data, { title, description, columns }) {
  return html`<${Figure} title=${title} description=${description} columns=${columns} rows=${data.map(({ label, text, note }) => [label, text, note || "–"])}>
    <ol class="funnel">${data.map(({ label, share, text, note, verified = 0 }) => html`<li>
      <div class="label"><span>${label} <strong>${text}</strong></span><span>${note}</span></div>
      <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${`${label}: ${text}`} class="track" height="12">
        <rect class="series-strong_fit" width=${WIDTH * share} height=${HEIGHT} />
        ${verified > 0 && html`<rect class="series-verified" y=${HEIGHT - STRIP} width=${WIDTH * verified} height=${STRIP} />`}</svg>
    </li>`)}</ol><//>`;
}

// The steps of counts: each with the share that passed from the step before.
export const steps = (counts, { number, percent }) => counts.map(({ label, value }, n) => ({
  label,
  share: counts[0].value ? value / counts[0].value : 0,
  text: number(value),
  note: n && counts[n - 1].value ? `${percent(value / counts[n - 1].value)} of the step before` : "",
}));
