"""Shared by the tests: a clock, an in-memory desk."""
