"""Identities and other rules, what fails, which figure is to blame, and how that is said."""
