"""Tests of the ways to reach people outside chat."""
