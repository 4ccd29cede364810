"""The keeping of evidence: the audit's chain, keys, erasure, the lane without bytes, backup and restore."""
