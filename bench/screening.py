"""Measure the screening in one run: speed beside others, quality by kind and source, disguises, look-alikes, memory.

    python -m bench.screening          (TRAINING_DATA: the folder of the data, ../shared/data/screening if unset)

Prints tables and writes build/bench-screening.json and the trade-off as a picture, build/bench-screening.svg.
Without the data, speed is measured on student chat, and what only the data can tell is left out and named.
alt-profanity-check, which needs scikit-learn, is beside it where it is installed; `make bench-screening` sees to that.
"""

import gc
import importlib
import json
import random
import statistics
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from ahocorasick_rs import AhoCorasick
from better_profanity import profanity

from bench.screening_picture import drawn
from bench.train_model import DATA, UNSEEN, Row, chat, heard, rows, said
from bot import resources
from bot.model import Level, Verdict
from bot.screening import Screen, load, packs
from bot.screening.packs import package_words
from bot.screening.sense import Sense
from tests.screening.statements import statements
from tests.screening.tricks import KINDS as TRICKS

BUILD = Path("build")
MESSAGES = 2_000
SLOW = 40  # messages for those that take milliseconds
WORD_LISTS = ("british-english", "american-english")
Figures = dict[str, float]
Made = TypeVar("Made")


def micros(function: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """How long each text takes, in microseconds of the processor (what else the machine does is left out), in order."""
    times = []
    for text in texts:
        begun = time.thread_time_ns()
        function(text)
        times.append((time.thread_time_ns() - begun) / 1_000)
    return sorted(times)


def spread(times: Sequence[float]) -> Figures:
    """The middle, the 99th of a hundred, and the mean."""
    return {"p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)], "mean": statistics.mean(times)}


def missing() -> list[Path]:
    """The files of the data that are not there."""
    return [path for path in (DATA / "dev.jsonl.gz", DATA / "ordinary.jsonl.gz") if not path.is_file()]


def at_hand(name: str) -> list[Row]:
    """The rows of a file of the data; none if it is not there."""
    return list(rows(name)) if (DATA / f"{name}.jsonl.gz").is_file() else []


def everyday_texts() -> list[str]:
    """Ordinary messages; without the data, innocent ones of student chat."""
    ordinary = at_hand("ordinary") or [row for row in heard() if not row.flag]
    return [row.text for row in ordinary][:MESSAGES]


def adversarial(screen: Screen) -> Iterator[tuple[str, str]]:
    """Texts of 4,000 characters made to be slow, each with a name."""
    chance = random.Random(11)  # noqa: S311  reproducible, not secret
    words = sorted(screen.book.reader.spelling.named)
    letters = "abcdefghijklmnopqrstuvwxyz"
    yield "one letter", "a" * 4_000
    yield "single letters", " ".join(chance.choice(letters) for _ in range(2_000))
    yield "spaced word", "k i l l " * 500
    yield "rules' own words", " ".join(chance.choice(words) for _ in range(900))[:4_000]
    yield "unknown words", " ".join("".join(chance.choices(letters, k=7)) for _ in range(500))
    yield "run-together words", " ".join("".join(chance.choices(words, k=8))[:46] for _ in range(85))
    yield "digits for letters", " ".join("".join(chance.choices("4@!1|$5030*abcdefgh", k=40)) for _ in range(98))
    yield "marks", "k\u0301\u0302\u0303" * 1_000
    yield "emoji", "\U0001f602\U0001f52a" * 2_000
    yield "turned letters", "\u0250\u01dd\u0254 " * 1_000
    yield "nothing but hits", "you idiot i will kill you " * 150
    yield "quotes", "\"you\" 'idiot' " * 290


def speed(screen: Screen) -> dict[str, Figures]:
    """Microseconds a message: at a glance (seen before, long, adversarial, every one for the first time), read closely,
    and others beside."""
    texts = everyday_texts()
    clean = [text for text in texts if not screen.screen(said(text)).hits]
    gc.collect()
    gc.freeze()  # as the program does with what it built, so as not to collect it again and again
    found: dict[str, Figures] = {}
    messages = {text: said(text) for text in texts}
    found["Porter, clean"] = spread(micros(lambda text: screen.glance(messages[text]), clean))
    found["Porter, all"] = spread(micros(lambda text: screen.glance(messages[text]), texts))
    long = [" ".join(clean[at : at + 60])[:4_000] for at in range(0, 1_200, 60)]
    found["Porter, 4,000 characters"] = spread(micros(lambda text: screen.glance(said(text)), long))
    for name, text in adversarial(screen):
        found[f"Porter, adversarial: {name}"] = spread(micros(lambda text: screen.glance(said(text)), [text]))
    fresh = Screen(packs.read([resources.rules()]))
    found["Porter, every text for the first time"] = spread(micros(lambda text: fresh.glance(said(text)), texts))
    found["Porter, read closely: student chat"] = spread(close_readings(screen, [row.text for row in unseen()]))
    found["Porter, read closely: 4,000 characters"] = spread(close_readings(screen, long))
    automaton = AhoCorasick(package_words(), store_patterns=False)
    found["bare automaton"] = spread(micros(lambda text: automaton.find_matches_as_indexes(text.casefold()), texts))
    profanity.load_censor_words()
    found["better-profanity"] = spread(micros(profanity.contains_profanity, texts[:SLOW]))
    return found | peer(texts[:SLOW])


def unseen() -> list[Row]:
    """All student chat that was never learnt from."""
    return [row for path in UNSEEN for row in chat(path)]


def close_readings(screen: Screen, texts: Sequence[str]) -> list[float]:
    """How long each close reading takes of those texts that need one, for the first time, in microseconds of the
    processor, in order."""
    looked = {text: screen.book.look(text) for text in texts}
    sense = Sense(packs.read([resources.rules()]).sense)

    def read(text: str) -> None:
        for one in looked[text].open:
            sense.of(looked[text].words[one.start : one.end])

    return micros(read, [text for text in texts if looked[text].open])


def left_open(screen: Screen) -> dict[str, Figures]:
    """Per cent of messages that a glance leaves open, so that they are read closely."""
    data = {"ordinary": at_hand("ordinary"), "student chat, innocent": [row for row in unseen() if not row.flag]}
    data["student chat, conduct"] = [row for row in unseen() if row.flag]
    return {
        name: {"open, %": 100 * sum(screen.glance(said(row.text)).open for row in some) / len(some)}
        for name, some in data.items()
        if some
    }


def peer(texts: Sequence[str]) -> dict[str, Figures]:
    """alt-profanity-check on the same messages, one at a time as they come; nothing where it is not installed."""
    try:
        predict = importlib.import_module("profanity_check").predict
    except ModuleNotFoundError:
        print("alt-profanity-check is not installed and is left out:  pip install -r requirements/peers.txt")
        return {}
    predict(["hello"])  # it loads its model at the first call
    return {"alt-profanity-check": spread(micros(lambda text: predict([text]), texts))}


def quality(screen: Screen) -> tuple[dict[str, Figures], dict[str, list[Verdict]]]:
    """Per cent of cards and digest lines by data and label; and the verdicts for the picture."""
    levels: dict[str, Counter[Level]] = defaultdict(Counter)
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    named = [("student chat", chat()), ("unseen chat", unseen()), ("dev", at_hand("dev"))]
    named += [("ordinary", at_hand("ordinary"))]
    for name, data in named:
        for row in data:
            verdict = screen.screen(said(row.text))
            levels[f"{name} · {row.source} · {row.label}" if name == "dev" else f"{name} · {row.label}"][
                verdict.level
            ] += 1
            verdicts[f"{name} {row.flag}"].append(verdict)
    table = {
        name: {
            "messages": counts.total(),
            "card": 100 * counts[Level.CARD] / counts.total(),
            "digest": 100 * counts[Level.DIGEST] / counts.total(),
        }
        for name, counts in sorted(levels.items())
    }
    return table, verdicts


def unseen_shares(screen: Screen) -> dict[str, Figures]:
    """Recall and precision of what reaches people, for each file of unseen chat."""
    figures = {}
    for path in UNSEEN:
        counts = Counter((row.flag, screen.screen(said(row.text)).level is not Level.NONE) for row in chat(path))
        right, alarms = counts[1, True], counts[0, True]
        conduct = right + counts[1, False]
        figures[path.name] = {"recall, %": 100 * right / conduct, "precision, %": 100 * right / max(right + alarms, 1)}
    return figures


def tradeoff(verdicts: Mapping[str, Sequence[Verdict]]) -> list[tuple[str, float, float]]:
    """(what reaches people, % of ordinary messages, % of conduct in unseen student chat) from the strictest on."""
    wanted: list[tuple[str, Callable[[Verdict], bool]]] = [
        ("cards of severity 4", lambda v: v.level is Level.CARD and v.severity >= 4),
        ("cards of severity 3 and more", lambda v: v.level is Level.CARD and v.severity >= 3),
        ("cards", lambda v: v.level is Level.CARD),
        ("cards and digest", lambda v: v.level is not Level.NONE),
    ]
    ordinary, conduct = verdicts["ordinary 0"], verdicts["unseen chat 1"]
    if not ordinary:
        return []
    return [
        (name, 100 * sum(map(reaches, ordinary)) / len(ordinary), 100 * sum(map(reaches, conduct)) / len(conduct))
        for name, reaches in wanted
    ]


def disguises(screen: Screen) -> Figures:
    """Per cent of the conduct found plainly in student chat that is still found in each disguise."""
    plain = [row.text for row in chat() if row.flag and screen.screen(said(row.text)).level is not Level.NONE]
    chance = random.Random(7)  # noqa: S311  reproducible, not secret
    found = {}
    for name, trick in TRICKS.items():
        kept = sum(screen.screen(said(trick(text, chance))).level is not Level.NONE for text in plain)
        found[name] = 100 * kept / len(plain)
    return found | {"all together": statistics.mean(found.values())}


def look_alikes(screen: Screen) -> Figures:
    """Of the words in the system's word lists that no rule names, how many are flagged on their own."""
    paths = [path for path in (Path("/usr/share/dict", name) for name in WORD_LISTS) if path.exists()]
    every = {word for path in paths for word in path.read_text("utf-8").split()}
    words = sorted(word for word in every if word.casefold() not in screen.book.reader.spelling.named)
    flagged = sum(screen.screen(said(word)).level is not Level.NONE for word in words)
    return {"words": len(words), "flagged, %": 100 * flagged / max(len(words), 1)}


def about_groups(screen: Screen) -> Figures:
    """Of neutral and positive statements about protected groups, how many are flagged."""
    texts = list(statements())
    flagged = sum(screen.screen(said(text)).level is not Level.NONE for text in texts)
    return {"statements": len(texts), "flagged, %": 100 * flagged / len(texts)}


def built() -> dict[str, Figures]:
    """Seconds to build, the best of three, and megabytes that are held after 2,000 messages: by the rules with the sums
    of words, and by what reads a text as a whole."""
    shelf = packs.read([resources.rules()])
    rules, sense = shelf.model_copy(update={"sense": b""}), shelf.sense
    messages = [said(text) for text in everyday_texts()]
    return {
        "rules and sums": measured(lambda: Screen(rules), lambda screen: list(map(screen.screen, messages))),
        "reading as a whole": measured(lambda: Sense(sense), lambda reader: reader.of(["hello"])),
    }


def measured(make: Callable[[], Made], use: Callable[[Made], object]) -> Figures:
    """Seconds of the processor to make something, the best of three, and megabytes that it holds after use."""
    times = []
    for _ in range(3):
        begun = time.thread_time()
        make()
        times.append(time.thread_time() - begun)
    tracemalloc.start()
    made = make()
    use(made)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"seconds": min(times), "megabytes": held / 1e6}


def table(title: str, lines: Mapping[str, Figures]) -> str:
    """Figures as a Markdown table."""
    columns = list(next(iter(lines.values())))
    rows_ = [
        f"| {name} | " + " | ".join(f"{figures[c]:,.2f}" for c in columns) + " |" for name, figures in lines.items()
    ]
    return "\n".join([f"| {title} | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|", *rows_, ""])


def main() -> None:
    """Measure, print, write."""
    for path in missing():
        print(f"{path} is not there: its rows, and the picture if it is the ordinary messages, are left out.\n")
    screen = load([resources.rules()], check=False)
    kinds, verdicts = quality(screen)
    curve = tradeoff(verdicts)
    results = {
        "built": built(),
        "microseconds a message": speed(screen),
        "left open at a glance": left_open(screen),
        "per cent that reaches people": kinds,
        "unseen student chat": unseen_shares(screen),
    }
    kept = {name: {"kept, %": value} for name, value in disguises(screen).items()}
    results |= {"disguise": kept, "look-alikes": {"word lists": look_alikes(screen)}}
    results |= {"protected groups": {"neutral and positive statements": about_groups(screen)}}
    for title, lines in results.items():
        print(table(title, lines))
    when = datetime.now(UTC).date().isoformat()
    points = [{"reaches people": name, "ordinary, %": alarms, "conduct, %": recall} for name, alarms, recall in curve]
    BUILD.mkdir(exist_ok=True)
    data = {"date": when, **results, "trade-off": points}
    (BUILD / "bench-screening.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if curve:
        (BUILD / "bench-screening.svg").write_text(drawn(curve), "utf-8")
        print("The picture for docs/screening.svg is in build/bench-screening.svg.")


if __name__ == "__main__":
    main()
