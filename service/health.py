"""What the web process says of itself: whether it can work, and its figures."""

from prometheus_client import CONTENT_TYPE_LATEST

from service.metrics import Metrics
from service.wiring import Application
from storage.database import Database, DatabaseUnavailableError
from storage.migrations import is_current
from webhooks.health import Health


def health_of(application: Application, metrics: Metrics) -> Health:
    """What the health endpoints need."""
    token = application.settings.metrics_token
    return Health(
        fault=lambda: fault_of(application.database),
        metrics=metrics.text,
        metrics_content_type=CONTENT_TYPE_LATEST,
        metrics_token=None if token is None else token.get_secret_value(),
    )


def fault_of(database: Database) -> str | None:
    """Why nothing can be taken in now, in a line that anybody may read; None when all is well."""
    try:
        if not is_current(database):
            return "The database has no tables yet, or old ones."
    except DatabaseUnavailableError:
        return "The database cannot be reached."
    return None
