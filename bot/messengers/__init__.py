"""Ways to reach people outside chat.

To add one: one file with a class that fits `bot.ports.Messenger`, one table in the configuration, and one line in
`bot.app` that builds it under its name. `email` is the one there is.
"""
