"""The whole line on the page, in a real browser."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from bot.app import opened
from bot.platforms.playground import demo

CHROMIUM = shutil.which("chromium")
NUMBER = "2041337"  # what the page shows to the newcomer
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs a browser: apt-get install chromium")


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Where the playground is served; ended in order afterwards."""
    stop = asyncio.Event()
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(demo.serve(opened, 0, tmp_path, stop, told.set_result))
    either: set[asyncio.Future[Any]] = {serving, told}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving  # it could not start: say why
    yield told.result()
    stop.set()
    await serving


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    """The page, in a browser that has nothing to complain of."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM)
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(address)
        yield page
        await browser.close()
    assert complaints == []


def pane(page: Page, name: str) -> Locator:
    """One of the three: member, moderator, officer."""
    return page.locator(f"[data-pane={name}]")


async def ticked(page: Page, step: str) -> None:
    """The step of the guided tour has really happened."""
    await expect(page.locator(f"[data-step={step}].done")).to_be_attached(timeout=15_000)


async def press(where: Locator, words: str) -> None:
    """Press the newest button with these words."""
    await where.locator(".talk .button").filter(has_text=re.compile(words)).last.click(timeout=15_000)


async def fill_in(page: Page, value: str) -> None:
    """Fill the open form in and send it."""
    await page.locator("#form input").first.fill(value)
    await page.locator("#form [type=submit]").click()


async def join(page: Page, member: Locator) -> None:
    """Knock, give the number, read the code in the e-mail, type it."""
    await member.get_by_role("button", name="Knock").click()
    await ticked(page, "knock")
    await press(member, "Verify membership")
    await fill_in(page, NUMBER)
    await expect(member.locator(".talk")).to_contain_text("a code is on its way", timeout=15_000)
    await expect(member.get_by_role("tab", name="E-mail")).to_contain_text("1", timeout=15_000)
    await member.get_by_role("tab", name="E-mail").click()
    mail = await member.locator("article.mail").first.inner_text(timeout=15_000)
    found = re.search(r"\b(\d{4} \d{4})\b", mail)
    assert found is not None
    await member.get_by_role("tab", name="Porter").click()
    await press(member, "Enter the code")
    await fill_in(page, found[1])
    await ticked(page, "join")


async def misbehave(page: Page, member: Locator, moderator: Locator) -> None:
    """Say what the tour proposes; the moderator flags it."""
    await member.get_by_role("tab", name="Chess Society").click()
    await page.get_by_role("button", name="Use this").click()
    await member.get_by_role("button", name="Send").click()
    await ticked(page, "misbehave")
    await moderator.locator(".post").filter(has_text="clown").locator(".more").click()
    await page.get_by_role("menuitem", name="Flag to committee").click()
    await ticked(page, "flag")


@needs_browser
async def test_a_newcomer_sees_the_whole_line_from_the_knock_to_the_officer(page: Page) -> None:
    member, moderator, officer = pane(page, "member"), pane(page, "moderator"), pane(page, "officer")

    await join(page, member)
    await misbehave(page, member, moderator)
    await moderator.get_by_role("tab", name="Committee").click()
    for words in ("Public notice", "Private word", "Delete"):
        await press(moderator, words)
        done = "Messages deleted" if words == "Delete" else words
        await expect(moderator.locator(".talk")).to_contain_text(f"✓ {done}", timeout=15_000)
    await ticked(page, "act")
    await press(moderator, "Report to the Union")

    await ticked(page, "escalate")
    await expect(officer.locator(".talk")).to_contain_text("reports P-", timeout=15_000)
    await expect(officer.locator(".picture").first).to_be_visible(timeout=15_000)


async def test_watchers_are_told_that_it_is_well(address: str) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{address}healthz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
