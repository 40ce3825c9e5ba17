"""Widgets draw values and emit messages; they never fetch and never decide."""
