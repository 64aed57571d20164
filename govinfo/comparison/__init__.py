"""Indicators, intervals, and comparison across agencies and years."""
