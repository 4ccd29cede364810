"""The whole line, from the knock to the closed case, played once on each platform; `python -m tests.tour`."""
