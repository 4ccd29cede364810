"""Rules and a message make a verdict. Pure: nothing here acts, writes or waits; only `packs` reads files.

`characters` and `spelling` undo disguises, `normalise` reads words, `phrases` is the language of the packs, `lexicon`
and `machine` find, `likeness` adds up what no phrase names, `sense` reads closely what that leaves open, `checks` look
at what was said around a message, `screen` decides. `prints` tells a changed rule.
"""

from bot.screening.loading import Reloading, load
from bot.screening.prints import prints
from bot.screening.recent import Recent
from bot.screening.screen import Screen, weigh
from bot.screening.wall import wall

__all__ = ["Recent", "Reloading", "Screen", "load", "prints", "wall", "weigh"]
