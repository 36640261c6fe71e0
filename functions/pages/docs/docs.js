// The API reference: Swagger UI on the document of the server that served this page.

// A link inside the button that opens an operation would be a control within a control.
const plainTitles = () => ({
  wrapComponents: {
    DeepLink: (_, system) => ({ text }) => system.React.createElement("span", null, text),
  },
});

// Names for controls that Swagger UI leaves without one.
const NAMES = [
  ["#servers", "Server"],
  [".content-type, .body-param-content-type select, .response-control-media-type select", "Media type"],
  [".body-param__text", "Request body"],
  [".examples-select select, .response-control-examples select", "Example"],
];

function nameControls() {
  for (const [selector, name] of NAMES) {
    for (const control of document.querySelectorAll(selector)) {
      if (!control.hasAttribute("aria-label")) control.setAttribute("aria-label", name);
    }
  }
  for (const row of document.querySelectorAll("tr[data-param-name]")) {
    for (const control of row.querySelectorAll("input, select, textarea")) {
      control.setAttribute("aria-label", row.dataset.paramName);
    }
  }
  for (const field of document.querySelectorAll(".auth-container input")) {
    field.setAttribute("aria-label", "API key");
    field.setAttribute("autocomplete", "off");
    if (field.type === "text") field.type = "password"; // nobody reads it over a shoulder
  }
  // What scrolls sideways must be reachable by keyboard.
  for (const box of document.querySelectorAll("pre, .responses-inner, .table-container")) {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
  }
}

new MutationObserver(nameControls).observe(document.getElementById("reference"), { childList: true, subtree: true });

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  persistAuthorization: false, // a key lives as long as the page
  syntaxHighlight: { activated: false },
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [plainTitles],
  layout: "BaseLayout",
});
