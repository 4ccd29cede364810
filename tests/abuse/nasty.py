"""Texts that mean harm wherever they are shown: pings, markup, hidden characters, endless letters."""

ZERO_WIDTH, OVERRIDE, BELL, SURROGATE = "\u200b", "\u202e", "\x07", "\ud800"
NASTY = (
    "@everyone @here <@{id}> <@!{id}> <@&{role}> @Mona @mona_moderates tg://user?id=1 https://evil.example/@everyone",
    "**b** __u__ ~~s~~ ||h|| `c` ```\n@everyone\n``` > q [x](https://evil.example) <b>t</b> &lt; \\ {name} {0} %s",
    f"{ZERO_WIDTH}{OVERRIDE}evil{BELL} \x1b[31mred\x1b[0m \r\n2026-01-01 [error] forged line\u2028\u2029\x00",
    "Z" + "\u0301" * 60 + " 👩\u200d👩\u200d👧 /ban@porter_bot /flag #tag @" + "a" * 40,
    "x" * 1900 + " @everyone",
)
"""`{id}` and `{role}` are filled in with what would ping somebody; other braces stay."""


def aimed(account: int, role: int = 0) -> tuple[str, ...]:
    """The texts, aimed at somebody."""
    return tuple(one.replace("{id}", str(account)).replace("{role}", str(role)) for one in NASTY)
