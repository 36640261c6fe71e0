import { html } from "../parts/ui.js";
import { number } from "../parts/words.js";
import { Figure } from "./figure.js";

const WIDTH = 360, HEIGHT = 176, TOP = 24, BOTTOM = 28;

// Bars over time: `data` is [{label, value}], in order. A value of null was not measured. The axis begins at zero.
export function bars(data, { title, description, unit }) {
  const most = Math.max(1, ...data.map(({ value }) => value ?? 0));
  const step = WIDTH / Math.max(1, data.length);
  const thick = Math.min(56, step * 0.64);
  const height = (value) => ((HEIGHT - TOP - BOTTOM) * (value ?? 0)) / most;
  return html`<${Figure} title=${title} description=${description} columns=${["Quarter", unit]}
    rows=${data.map(({ label, value }) => [label, value === null ? "–" : number(value)])}>
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${`${title}. ${description}`}>
      <title>${title}</title><desc>${description}</desc>
      <line class="chart-line" x1="0" x2=${WIDTH} y1=${HEIGHT - BOTTOM + 0.5} y2=${HEIGHT - BOTTOM + 0.5} />
      ${data.map(({ label, value }, n) => {
        const x = step * n + step / 2;
        return html`<g>
          <rect class=${n === data.length - 1 ? "series-strong_fit" : "series-faint"} x=${x - thick / 2} y=${HEIGHT - BOTTOM - height(value)} width=${thick} height=${height(value)} rx="2" />
          <text class="chart-text" text-anchor="middle" x=${x} y=${HEIGHT - BOTTOM - height(value) - 6}>${value === null ? "–" : number(value)}</text>
          <text class="chart-muted" text-anchor="middle" x=${x} y=${HEIGHT - 8}>${label}</text>
        </g>`;
      })}
    </svg><//>`;
}
