"""The playground, as a newcomer meets it: a page in a browser, and a server that ends in order."""
