"""The web console's own port: for now its health, for watchers."""
