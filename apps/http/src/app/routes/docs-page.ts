/** The documentation page, made of Swagger UI. It refers to its files by relative paths, so that any base path works. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Event Tracker</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="docs/swagger-ui.css">
    <link rel="stylesheet" href="docs/page.css">
  </head>
  <body>
    <main id="operations"><noscript>This page requires JavaScript; openapi.json does not.</noscript></main>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/page.js"></script>
  </body>
</html>
`;

export const DOCS_STYLE = `body { margin: 0 }
/* The same fields under each of a dozen problems hide the problems. */
.response:is([data-code^='4'], [data-code^='5']) .headers-wrapper { display: none }
`;

export const DOCS_SCRIPT = `const options = {
  url: 'openapi.json',
  dom_id: '#operations',
  validatorUrl: 'none', // or Swagger UI would send the description to its makers
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  syntaxHighlight: { activated: false }, // highlighting a thousand events lasts a minute
};

// The page has everything that can be tried out. HEAD is GET without a body. A call that is tried out is shown when it ends, and a
// stream does not end.
function toTryOut(description) {
  for (const methods of Object.values(description.paths)) delete methods.head;
  for (const operation of Object.values(description.paths).flatMap((methods) => Object.values(methods))) {
    for (const { content } of Object.values(operation.responses ?? {})) delete content?.['text/event-stream'];
    for (const { name, schema } of operation.parameters ?? [])
      if (name === 'format') schema.enum = schema.enum.filter((format) => format !== 'sse');
  }
  return description;
}

fetch(options.url)
  .then((response) => response.json())
  .then((description) => SwaggerUIBundle({ ...options, url: undefined, spec: toTryOut(description) }))
  .catch(() => SwaggerUIBundle(options)); // which shows why there is no description
`;
