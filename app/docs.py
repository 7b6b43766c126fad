"""The contract as a page to read and try, `/docs`, with nothing loaded from elsewhere."""

from html import escape
from importlib.resources import files

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
<div id="contract" data-url="{contract}"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
"""

# The validator would send the contract's address to a service elsewhere.
START = """SwaggerUIBundle({
  url: document.getElementById("contract").dataset.url,
  dom_id: "#contract",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
"""


def mount_docs(app: FastAPI) -> None:
    """Serve `/docs` from the assets of an installed package; its policy allows no script inside the page.

    The addresses in the page are relative, so it also works behind a proxy that adds a prefix.
    """
    contract = (app.openapi_url or "/openapi.json").removeprefix("/")
    page = PAGE.format(title=escape(app.title), contract=escape(contract))

    async def show(_request: Request) -> Response:
        return HTMLResponse(page, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})

    async def start(_request: Request) -> Response:
        return Response(START, media_type="text/javascript")

    app.add_route("/docs", show, include_in_schema=False)
    app.add_route("/docs/start.js", start, include_in_schema=False)
    assets = StaticFiles(directory=str(files("fastapi_offline") / "static"))
    app.mount("/docs/assets", assets, name="docs-assets")
