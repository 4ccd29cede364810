"""The only room with SQL: tables, engines, the one way to write, and questions by noun."""
