"""`porter check`: whether everything is as it has to be before people rely on it, in plain words."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running import Config, settings
from bot.cli.showing import count, mark, visible
from bot.config import Settings, UnionSettings
from bot.desk import powers
from bot.errors import PorterError
from bot.evidence import fonts
from bot.model import Contact
from bot.parts import App
from bot.ports import Finding, Messenger, Platform
from bot.store import people

DEFAULT_CODE = str(UnionSettings.model_fields["code_of_conduct_url"].default)
NAMES = {"discord": "Discord", "telegram": "Telegram", "email": "E-mail"}


@dataclass(frozen=True, slots=True)
class Section:
    """What was found about one thing."""

    title: str
    findings: tuple[Finding, ...]


def check(
    as_json: Annotated[bool, typer.Option("--json", help="For scripts: one JSON object.")] = False,
    config: Config = None,
) -> None:
    """Check the configuration, tokens, intents, rights, e-mail, contacts, wording and fonts.

    Changes nothing on any platform and sends nothing. Ends with 1 when something has to be done.
    """
    sections = found(config)
    typer.echo(json.dumps(told(sections), ensure_ascii=False) if as_json else "\n".join(described(sections)))
    if wrong(sections):
        raise typer.Exit(1)


def found(config: Path | None) -> list[Section]:
    """Everything that can be found out; a configuration that cannot be used is all there is to say."""
    try:
        return asyncio.run(_sections(settings(config), config))
    except PorterError as error:
        return [Section("Configuration", (Finding(ok=False, text=str(error)),))]


async def _sections(read: Settings, config: Path | None) -> list[Section]:
    from bot.app import add_platforms, opened  # loading the chat libraries takes a second, here well spent

    async with opened(read) as app:
        add_platforms(app)
        ports: dict[str, Platform | Messenger] = {**app.platforms, **app.messengers}
        asked = [Section(NAMES.get(name, name), tuple(await port.check())) for name, port in ports.items()]
        async with app.store.read() as look:
            contacts = await people.contacts(look, powers.today(app))
    pictures = await asyncio.to_thread(lambda: tuple(fonts.findings(fonts.installed())))
    return [
        Section("Configuration", (Finding(ok=True, text=_where(read, config)),)),
        *asked,
        Section("Ways to reach people", tuple(ways(app))),
        Section("Contacts", tuple(reaching(contacts, app))),
        Section("Evidence", tuple(keeping(read))),
        Section("Joining statement", (statement(read.union),)),
        Section("Pictures", pictures),
    ]


def _where(read: Settings, config: Path | None) -> str:
    given = str(config) if config else "Defaults and environment alone (no file was given)"
    return f"{given}: can be used. The key ring is {read.data.keys}."


def ways(app: App) -> Iterator[Finding]:
    """Whether there is a chat service at all, and what it means when there is no e-mail."""
    if not app.platforms:
        yield Finding(ok=False, text="No chat service is set up. Put a token into [discord] or [telegram].")
    else:
        yield Finding(ok=True, text=f"Set up: {', '.join(NAMES.get(name, name) for name in sorted(app.platforms))}.")
    if not app.messengers:
        text = "There is no mail server: committees let newcomers in by hand, and officers are reached in chat alone."
        yield Finding(ok=True, text=text)


def reaching(contacts: Sequence[Contact], app: App) -> Iterator[Finding]:
    """Whether each contact can be reached, and their addresses are the Union's."""
    if not contacts:
        how = "porter seat add --role officer --contact 1 …"
        yield Finding(ok=False, text=f"There is no contact, so an escalation would reach nobody. Seat one:  {how}")
    for contact in contacts:
        yield _reach(contact, app)
    named = {"[union] mailbox": app.settings.union.mailbox, **{one.name: one.email for one in contacts}}
    for name, address in named.items():
        if address and not is_within(address, app.settings.union.email_domains):
            text = f"{name}: {_domain(address)} is none of the Union's domains ([union] email_domains)."
            yield Finding(ok=False, text=text)


def keeping(read: Settings) -> Iterator[Finding]:
    """Whether there is a safeguarding lead, somebody who can restore, and a data folder that is closed to others."""
    lead = read.safeguarding
    way = " and ".join(filter(None, [lead.email, lead.account]))
    if way:
        yield Finding(ok=True, text=f"Safeguarding lead: {lead.name or 'without a name'}, by {way}.")
    else:
        yield Finding(
            ok=False,
            text="No safeguarding lead is named, so the mailbox and the officers are told instead. "
            "Set [safeguarding] name and email.",
        )
    if read.backup.recipients:
        yield Finding(ok=True, text=f"Backups are encrypted to {count(len(read.backup.recipients), 'public key')}.")
    else:
        text = "Nobody could restore: `porter backup` has no public key to encrypt to. Set [backup] recipients."
        yield Finding(ok=False, text=text)
    mode = read.data.folder.stat().st_mode & 0o777 if read.data.folder.is_dir() else 0o700
    if mode & 0o077:
        folder = read.data.folder
        text = f"Others on this machine can look into {folder} (mode {mode:04o}). Say: chmod 700 {folder}"
        yield Finding(ok=False, text=text)


def _reach(contact: Contact, app: App) -> Finding:
    places = [NAMES.get(ref.platform, ref.platform) for ref in contact.accounts if ref.platform in app.platforms]
    places += ["e-mail"] if contact.email and app.messengers else []
    who = f"Contact {contact.order}, {contact.name}"
    if places:
        return Finding(ok=True, text=f"{who}: by {' and '.join(dict.fromkeys(places))}.")
    return Finding(
        ok=False, text=f"{who}: no way leads to them: no account on a platform that is set up, and no e-mail."
    )


def is_within(address: str, domains: Sequence[str]) -> bool:
    """Whether an address is of one of these domains or below one; of no domains, every address is."""
    domain = _domain(address)
    return not domains or any(domain == one.lower() or domain.endswith(f".{one.lower()}") for one in domains)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def statement(union: UnionSettings) -> Finding:
    """Whether the joining statement leads to the Union's own Code of Conduct."""
    if union.code_of_conduct_url == DEFAULT_CODE:
        text = "The joining statement would lead to an example page. Set [union] code_of_conduct_url."
        return Finding(ok=False, text=text)
    return Finding(ok=True, text=f"It names {union.name} and leads to {union.code_of_conduct_url}")


def wrong(sections: Sequence[Section]) -> int:
    """How many things have to be done."""
    return sum(not finding.ok for section in sections for finding in section.findings)


def told(sections: Sequence[Section]) -> dict[str, object]:
    """The whole of it for scripts."""
    findings = [
        {"about": section.title, "ok": finding.ok, "text": finding.text}
        for section in sections
        for finding in section.findings
    ]
    return {"ok": not wrong(sections), "findings": findings}


def described(sections: Sequence[Section]) -> Iterator[str]:
    """The whole of it for people."""
    for section in sections:
        if section.findings:
            yield typer.style(section.title, bold=True)
            for finding in section.findings:
                first, *more = map(visible, finding.text.splitlines())
                yield f"  {mark(finding.ok)} {first}"
                yield from (f"    {line}" for line in more)
            yield ""
    number = wrong(sections)
    yield f"{count(number, 'thing')} to be done." if number else "Everything is as it should be."
