"""Telegram: the Bot API through python-telegram-bot, with an inbox of our own that loses nothing."""

import os

# Without it the library warns on every wait that Telegram asks for, in the constructor of the error itself.
os.environ.setdefault("PTB_TIMEDELTA", "true")

NAME = "telegram"
