"""Opening towns."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from simulator import Tenant
from tests.clock import Clock
from tests.journeys.town import Town, open_town

OpenTown = Callable[..., Town]


@pytest.fixture
def town_of(tmp_path: Path, database_url: str, clock: Clock) -> Iterator[OpenTown]:
    """Open a town of these tenants, with whatever else the test asks of `open_town`; it is closed afterwards."""
    with ExitStack() as standing:

        def open_one(*tenants: Tenant, **options: Any) -> Town:
            return standing.enter_context(open_town(tmp_path, clock, *tenants, database_url=database_url, **options))

        yield open_one
