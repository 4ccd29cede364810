"""A bare discord.py bot: it hears everything that Porter hears, and does nothing.

python -m bench.bare TOKEN API_URL GATEWAY_URL
"""

import sys

import discord

from bot.platforms.discord.connection import intents, point_at

if __name__ == "__main__":
    token, api_url, gateway_url = sys.argv[1:]
    point_at(api_url, gateway_url)
    discord.Client(intents=intents()).run(token, log_handler=None)
