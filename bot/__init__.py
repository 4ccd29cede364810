"""Porter: checks who comes in, keeps the peace, and fetches the right person when something is wrong."""
