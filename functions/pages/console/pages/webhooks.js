import { Empty, Head } from "../parts/page.js";
import { html } from "../parts/ui.js";

export const Page = () => html`<${Head} title="Webhooks" about="Events of your team, sent to a server of yours." />
  <${Empty} title="Set up by your operator">Whoever runs this service adds, rotates and tests endpoints for your team, with the function manage_webhooks. The guide says what your server receives.<//>`;
