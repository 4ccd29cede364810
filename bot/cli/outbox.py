"""`porter outbox`: what Porter still has to make true, what it could not, and why."""

import json
from typing import Annotated

import typer

from bot.cli.running import BY, LARGEST, Config, with_app
from bot.cli.showing import moment, table, visible
from bot.errors import NotFound, Refusal
from bot.model import Effect, EffectClass, EffectState
from bot.parts import App
from bot.store import effects
from bot.store.change import Read

app = typer.Typer(help="See what waits to be done or went wrong, and have it tried again.", no_args_is_help=True)

SHOWN = 1_000
OPEN = (EffectState.READY, EffectState.RUNNING)
WRONG = (EffectState.UNKNOWN, EffectState.POISON, EffectState.FAILED, EffectState.REFUSED)
MEANINGS = {
    EffectState.READY: "It waits for its time.",
    EffectState.RUNNING: "It is being done now.",
    EffectState.DONE: "It was done.",
    EffectState.REFUSED: "It cannot be done, and trying again would not help.",
    EffectState.FAILED: "It failed.",
    EffectState.UNKNOWN: "Nobody knows whether it happened. Look there first; if it did not, have it tried again.",
    EffectState.POISON: "It was tried so often that Porter has stopped. When the reason is gone, have it tried again.",
}
PROMISES = {
    EffectClass.IDEMPOTENT: "Trying again does no harm: the result is the same.",
    EffectClass.ESCALATION: "It is repeated rather than lost; a repeat says that it is one.",
    EffectClass.PUBLIC: "People see it, so it happens once at most; trying again may show it a second time.",
    EffectClass.RECEIPT: "It is tried for courtesy; nothing depends on it.",
}

Id = Annotated[int, typer.Argument(metavar="ID", min=1, max=LARGEST, help="Its number, from `porter outbox list`.")]


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also what was done.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts: one JSON object a line.")] = False,
    config: Config = None,
) -> None:
    """List what waits and what went wrong, oldest first (a thousand at most)."""
    states = (*WRONG, *OPEN, *((EffectState.DONE,) if everything else ()))

    async def work(parts: App) -> tuple[list[Effect], list[str]]:
        async with parts.store.read() as read:
            found = await effects.listed(read, states, SHOWN)
        return found, [f"{one.run_at.astimezone(parts.zone):%Y-%m-%d %H:%M:%S}" for one in found]

    found, times = with_app(config, work)
    if as_json:
        for one in found:
            typer.echo(json.dumps(told(one), ensure_ascii=False))
        return
    rows = [
        (one.id, one.state, one.kind, f"case:{one.case_id}" if one.case_id else "", at, one.attempts, one.error[:60])
        for one, at in zip(found, times, strict=True)
    ]
    table(("id", "state", "what", "about", "due", "tries", "reason"), rows, "Nothing waits, and nothing went wrong.")


def told(effect: Effect) -> dict[str, object]:
    """An effect for scripts. What it would say to people stays in the database."""
    return {
        "id": effect.id,
        "kind": effect.kind.value,
        "class": effect.cls.value,
        "state": effect.state.value,
        "platform": effect.platform,
        "society_id": effect.society_id,
        "case_id": effect.case_id,
        "run_at": effect.run_at.isoformat(),
        "attempts": effect.attempts,
        "after": effect.after,
        "error": effect.error,
    }


@app.command()
def explain(effect: Id, config: Config = None) -> None:
    """Say what one of them is, how it stands and why, and what can be done."""

    async def work(parts: App) -> list[str]:
        async with parts.store.read() as read:
            found = await _effect(read, effect)
            first = await effects.effect(read, found.after) if found.after else None
        return described(found, first, moment(found.run_at, parts.zone))

    for line in with_app(config, work):
        typer.echo(visible(line))


async def _effect(read: Read, effect_id: int) -> Effect:
    found = await effects.effect(read, effect_id)
    if found is None:
        raise NotFound(f"There is no effect {effect_id}.  porter outbox list --all  shows those there are.")
    return found


def described(effect: Effect, first: Effect | None, due: str) -> list[str]:
    """An effect in sentences. `first`: what must end before it; `due`: when it is tried, in words."""
    what = effect.kind.value.replace("_", " ")
    where = f" on {effect.platform}" if effect.platform else ""
    about = f", about case {effect.case_id}" if effect.case_id else ""
    lines = [f"Effect {effect.id}: {what}{where}{about}.", MEANINGS[effect.state]]
    if effect.state is EffectState.READY:
        lines.append(f"It is due at {due}.")
    if first is not None and first.state in OPEN:
        lines.append(f"It waits for effect {first.id} ({first.kind.value.replace('_', ' ')}), which is {first.state}.")
    if effect.attempts:
        lines.append(f"It was tried {'once' if effect.attempts == 1 else f'{effect.attempts} times'}.")
    if effect.error:
        lines.append(f"The reason given last: {effect.error}")
    lines.append(PROMISES[effect.cls])
    if effect.state in effects.RETRIED:
        lines.append(f"To have it tried again:  porter outbox retry {effect.id}")
    return lines


@app.command()
def retry(effect: Id, config: Config = None) -> None:
    """Have one that failed, is unknown or was given up tried again; a running Porter does so within a second."""

    async def work(parts: App) -> Effect:
        async with parts.store.change(BY, "retry effect", parts.now()) as change:
            found = await _effect(change, effect)
            case = () if found.case_id is None else (f"case:{found.case_id}",)
            change.about(f"effect:{effect}", *case, society_id=found.society_id)
            if not await effects.retry(change, effect):
                raise Refusal(f"Effect {effect} is {found.state}. {MEANINGS[found.state]}")
        return found

    found = with_app(config, work)
    typer.echo(f"Effect {found.id} ({found.kind.value.replace('_', ' ')}) will be tried again.")
