import { html } from "../parts/ui.js";

// A chart with its figures as a table. `columns` are the table's headings, `rows` its cells as text.
export const Figure = ({ title, description, columns, rows, children }) => html`<figure>
  <figcaption><strong>${title}.</strong> ${description}</figcaption>
  ${children}
  <details><summary>Figures as a table</summary>
    <table><thead><tr>${columns.map((each, n) => html`<th scope="col" class=${n ? "number" : ""}>${each}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((cell, n) => (n ? html`<td class="number">${cell}</td>` : html`<th scope="row">${cell}</th>`))}</tr>`)}</tbody></table>
  </details>
</figure>`;
