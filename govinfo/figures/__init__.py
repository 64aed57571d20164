"""Figures for papers and for the notebooks."""
