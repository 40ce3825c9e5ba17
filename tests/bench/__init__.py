"""Benchmarks: ratios to something measured in the same run, so that a slow machine does not change them."""
