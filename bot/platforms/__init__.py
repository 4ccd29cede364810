"""Chat services. Each is a folder that reads its world into nouns and acts; none holds policy."""
