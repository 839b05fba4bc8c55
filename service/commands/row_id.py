"""The number by which a person names a row."""

import click

# SQLite counts no further. A larger number is brought down to the largest, which nothing has either.
ROW_ID = click.IntRange(0, 2**63 - 1, clamp=True)
