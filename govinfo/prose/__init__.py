"""What the sentences say: figures, agency, year."""
