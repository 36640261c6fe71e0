import { html } from "./ui.js";
import { number } from "./words.js";

// A table whose first figure is also drawn. `rows` is [{name, value, more: [text]}].
export function BarTable({ caption, columns, rows }) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return html`<table class="bars"><caption class="hidden">${caption}</caption>
    <thead><tr>${columns.map((each, n) => html`<th scope="col" class=${n ? "number" : ""}>${each}</th>`)}</tr></thead>
    <tbody>${rows.map(({ name, value, more = [] }) => html`<tr>
      <td>${name}<span class="track" aria-hidden="true"><i style=${{ width: `${(100 * value) / most}%` }}></i></span></td>
      <td class="number">${number(value)}</td>${more.map((text) => html`<td class="number">${text}</td>`)}
    </tr>`)}</tbody></table>`;
}
