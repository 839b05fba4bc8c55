"""The number by which a person names a row."""

import click

from storage.models.base import LARGEST_ID

# PostgreSQL counts no further. A larger number is brought down to the largest, which nothing has either.
ROW_ID = click.IntRange(0, LARGEST_ID, clamp=True)
