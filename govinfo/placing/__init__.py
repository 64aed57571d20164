"""Grids and words to cells of the form, cells to values."""
