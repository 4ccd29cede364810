"""Stories on a loopback Discord, with the real program and the real discord.py."""
