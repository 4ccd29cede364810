"""What people say of protected groups when they mean no harm, to learn from, so that naming one weighs little.

Other sentences than those that are measured with (`statements`).
"""

import random
from collections.abc import Iterator

GROUPS = (
    "Black people", "Black students", "black women", "Asians", "asian students", "South Asian women", "Chinese people",
    "chinese students", "Japanese people", "Indians", "indian students", "Pakistanis", "pakistani families",
    "bangladeshi students", "Nigerians", "ghanaian students", "Africans", "African students", "Caribbean people",
    "Somali families", "Arabs", "arab students", "Turkish people", "Iranians", "Muslims", "muslim women",
    "muslim students", "Jews", "Jewish people", "jewish students", "Israelis", "Palestinians", "Christians",
    "Catholics", "Hindus", "hindu students", "Sikhs", "Buddhists", "atheists", "Irish people", "Polish people",
    "polish students", "Romanians", "Roma people", "gypsies and travellers", "travellers", "Welsh people",
    "Scottish people", "Americans", "Germans", "immigrants", "migrants", "refugees", "asylum seekers", "foreigners",
    "international students", "gay people", "gay men", "gays and lesbians", "lesbians", "bisexual people", "bi men",
    "asexual people", "queer people", "LGBT students", "trans people", "trans women", "trans men", "transgender people",
    "non-binary people", "nonbinary students", "women", "girls", "men", "boys", "mothers", "fathers", "pregnant women",
    "pregnant students", "single parents", "student parents", "married couples", "older people", "older students",
    "mature students", "pensioners", "young people", "teenagers", "disabled people", "disabled students",
    "wheelchair users", "deaf people", "deaf students", "blind people", "blind students", "autistic people",
    "autistic students", "people with autism", "dyslexic people", "people with adhd", "people with Down's syndrome",
    "people with depression", "people who stammer", "working-class students", "feminists", "white people",
)  # fmt: skip
SENTENCES = (
    "{} have lived in this city for a hundred years", "my best friends at uni are all {}", "I am so happy around {}",
    "half my course are {} and we get on great", "the museum has a new room on {}", "{} can join as well of course",
    "were there any {} at the conference?", "I grew up with {}", "happy to hear that {} won the vote",
    "the council built homes for {}", "as a society we want {} to be heard", "my nan always spoke well of {}",
    "reading a book about {} right now", "{} make great captains", "two {} are speaking on tuesday, free food after",
    "the law protects {}", "{} face discrimination at work and that has to change",
    "my flatmates are {}, loveliest people",
    "it is wrong to treat {} like that", "nobody should be mean to {}", "{} invented that dish",
    "the survey asked 200 {} about rent", "hi all, do {} need to book separately?", "I really admire {}",
    "our charity this term supports {}", "{} taught me so much this year", "there are lots of {} in my family",
    "the lecture covered the history of {} in Britain", "I'd like to see more {} in student politics",
    "good luck to the {} running the stall tomorrow", "does anyone know a group for {} in leeds?", "{} rock",
    "the film shows {} as real people for once", "we are {} and we would love new members", "shout out to {}",
    "many {} study engineering these days", "I have nothing against {}, they're mates of mine",
    "they asked for volunteers and only {} turned up, legends", "{} and everyone else are invited to the picnic",
    "please don't make jokes about {}, it isn't kind", "the new timetable is hard on {}", "the gym has hours for {}",
    "what would make the venue easier for {}?", "{} were here first, fair is fair",
    "I met some {} on the trip, so funny",
    "all {} are equal to everybody else", "I trust {}", "I hate how {} get treated in the papers",
    "it's disgusting that people attack {}", "stop saying that about {}", "{} do not deserve this abuse",
    "who says {} can't play rugby", "I can't stand people who hate {}", "{} can be scientists, artists, anything",
    "we won't tolerate hate against {}", "not all {} think the same, ask them", "{} are awesome", "{} belong here",
    "{} are just trying to live their lives", "let's hear it for {}", "{} are my favourite customers at work",
)  # fmt: skip


def fair(count: int, seed: int) -> Iterator[str]:
    """That many sentences about groups, drawn at random, always the same for the same seed."""
    every = [sentence.format(group) for sentence in SENTENCES for group in GROUPS]
    return iter(random.Random(seed).sample(every, count))  # noqa: S311  reproducible, not secret
