"""What people may say of a protected group: neutral and positive statements, none of which may be flagged."""

from collections.abc import Iterator

GROUPS = (
    "muslims", "jews", "jewish people", "christians", "sikhs", "hindus", "black people", "asian students", "arabs",
    "chinese students", "nigerians", "irish people", "polish people", "immigrants", "refugees", "travellers",
    "international students", "gay people", "lesbians", "bisexual people", "trans people", "trans women",
    "queer students", "women", "men", "disabled people", "deaf students", "blind people", "wheelchair users",
    "autistic students", "dyslexic students", "mature students", "older people", "pregnant students", "black women",
)  # fmt: skip
STATEMENTS = (
    "I love {}", "I respect {}", "{} are welcome here", "{} are brilliant", "{} deserve equal rights",
    "{} deserve to feel safe on campus", "there is a talk by {} tonight", "some of my best friends are {}",
    "I live with two {}", "we are proud of {}", "thank you to all {} who helped", "{} are people like everybody else",
    "I want to hear more from {}", "there should be more {} on the committee", "the society for {} meets on monday",
    "my essay is about {} in the nineties", "we need to do better for {}", "{} have every right to be here",
    "I stand with {}", "most {} I know are lovely", "how can we support {} this term?",
    "a film about {} won the prize", "{} get a discount on the trip", "not enough {} applied this year",
    "{} get a hard time in the press", "please make {} feel at home", "I learnt so much from {}",
    "{} run the best socials", "what do {} think of the new plan?", "no one should be rude to {}",
)  # fmt: skip


def statements() -> Iterator[str]:
    """Every statement about every group."""
    return (statement.format(group) for group in GROUPS for statement in STATEMENTS)
