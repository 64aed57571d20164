"""Many files: fetched, read within limits, cached, written as tables."""
