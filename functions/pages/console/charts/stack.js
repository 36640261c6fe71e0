import { html } from "../parts/ui.js";
import { number, percent } from "../parts/words.js";
import { Figure } from "./figure.js";

const WIDTH = 360, HEIGHT = 28;

// One bar of parts: `data` is [{name, label, value}]. The parts fill the bar; each has its label and share below it.
export function stack(data, { title, description, unit }) {
  const total = data.reduce((sum, { value }) => sum + value, 0);
  const share = (value) => (total ? value / total : 0);
  const hundredths = inHundredths(data.map(({ value }) => value));
  let x = 0;
  const parts = data.map((each) => {
    const part = { ...each, x, width: WIDTH * share(each.value) };
    x += part.width;
    return part;
  });
  return html`<${Figure} title=${title} description=${description} columns=${["Part", unit, "Share"]}
    rows=${data.map(({ label, value }, n) => [label, number(value), total ? percent(hundredths[n] / 100) : "–"])}>
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${`${title}. ${description}`}>
      <title>${title}</title><desc>${description}</desc>
      ${parts.map((each) => html`<rect class=${`series-${each.name}`} x=${each.x} y="0" width=${Math.max(0, each.width - 1)} height=${HEIGHT} />`)}
    </svg>
    <div class="stack-labels">${data.map(({ name, label, value }, n) => html`<span><i class=${`series-${name}`}></i>${label} ${total === 100 ? "" : html`<strong>${number(value)}</strong> `}${total ? percent(hundredths[n] / 100) : ""}</span>`)}</div><//>`;
}

// Whole hundredths that add up to a hundred, by the largest remainder, as the API rounds its shares (contract 5).
export function inHundredths(values) {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (!total) return values.map(() => 0);
  const exact = values.map((value) => (100 * value) / total);
  const whole = exact.map(Math.floor);
  const left = 100 - whole.reduce((sum, value) => sum + value, 0);
  const byRemainder = exact.map((value, n) => n).sort((a, b) => exact[b] - whole[b] - (exact[a] - whole[a]) || a - b);
  for (const n of byRemainder.slice(0, left)) whole[n] += 1;
  return whole;
}
