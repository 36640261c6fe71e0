import { Empty, Head } from "../parts/page.js";
import { html } from "../parts/ui.js";

export const Page = () => html`<${Head} title="Integrations" about="Outcomes that your applicant tracking system confirms." />
  <${Empty} title="Set up by your operator">Whoever runs this service connects Greenhouse or Ashby for your team, with the function manage_integrations.<//>`;
