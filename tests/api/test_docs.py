"""The page `/docs`: all of it comes from this service."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urljoin

import httpx
import pytest
from fastapi import FastAPI

from app.docs import mount_docs


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(title="Members & <cells>", docs_url=None, redoc_url=None)
    mount_docs(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://register") as client:
        yield client


async def test_everything_the_page_loads_is_served_here(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    loaded = re.findall(r'(?:src|href|data-url)="([^"]+)"', page.text)
    assert len(loaded) == 5
    for address in loaded:
        if address != "data:,":
            part = await client.get(urljoin("/docs", address))
            assert part.status_code == 200, address
            assert part.headers["content-type"].split(";")[0] in (
                "text/css",
                "text/javascript",
                "application/json",
            )


async def test_the_page_allows_no_script_but_the_ones_of_this_service(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page.text))
    assert "style=" not in page.text


async def test_the_title_stands_in_the_page_as_text(client: httpx.AsyncClient) -> None:
    assert "<title>Members &amp; &lt;cells&gt;</title>" in (await client.get("/docs")).text


async def test_the_contract_is_not_sent_to_a_validator_elsewhere(client: httpx.AsyncClient) -> None:
    assert "validatorUrl: null" in (await client.get("/docs/start.js")).text
