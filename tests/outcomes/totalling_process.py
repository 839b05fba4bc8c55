"""A process that totals all the time, to be killed: `python -m tests.outcomes.totalling_process DATABASE_URL`."""

import sys

from outcomes.rollups import compact, rebuild
from storage.database import Database


def main() -> None:
    """Count everything anew again and again, and say so once before."""
    database = Database(sys.argv[1], b"a key for tests")
    print("totalling", flush=True)  # noqa: T201 - whoever started it waits for this
    while True:
        rebuild(database)
        compact(database)


if __name__ == "__main__":
    main()
