/** The page for people, made of Swagger UI. All it refers to stands beside it, under whatever path that is. */
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
    <main id="operations"><noscript>This page needs JavaScript; openapi.json beside it does not.</noscript></main>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/page.js"></script>
  </body>
</html>
`;

export const DOCS_STYLE = `body { margin: 0 }
.opblock-head { display: none } /* described, but nothing to try out */
/* The same fields under each of a dozen problems bury the problems. */
.response:is([data-code^='4'], [data-code^='5']) .headers-wrapper { display: none }
`;

export const DOCS_SCRIPT = `const STREAM_MS = 5000;

// A stream does not end, and a call that is tried out is shown when it ends.
async function fetchForAWhile(url, request) {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), STREAM_MS);
  const response = await fetch(url, { ...request, signal: stop.signal });
  let text = '';
  try {
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) text += piece;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    text += ': this page stops reading after ' + STREAM_MS / 1000 + ' s';
  }
  const { status, statusText, headers } = response;
  const shown = new Response(text, { status, statusText, headers });
  Object.defineProperty(shown, 'url', { value: response.url });
  return shown;
}

SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#operations',
  validatorUrl: 'none', // or Swagger UI would send the description to its makers
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  requestInterceptor: (request) => {
    const isStream = request.headers?.Accept === 'text/event-stream' || /[?&]format=sse(&|$)/.test(request.url);
    return isStream ? { ...request, userFetch: fetchForAWhile } : request;
  },
  syntaxHighlight: { activated: false }, // it takes a minute for a thousand events
});
`;

/** Lets the page load from, and talk to, this server alone. */
export const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
