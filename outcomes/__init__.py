"""What came of it: figures with their uncertainty, comments that identify nobody, and the weekly digest."""
