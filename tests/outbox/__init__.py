"""The outbox on a real database, with a world that makes trouble."""
