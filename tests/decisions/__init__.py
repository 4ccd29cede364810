"""What is decided without doing anything: plain functions, plain answers."""
