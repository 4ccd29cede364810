"""Durable work: an intention, the effect in the world, the receipt. The only room that retries."""
