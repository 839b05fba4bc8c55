"""The figures for Prometheus: read from the database at each scrape, but for this process's own HTTP requests."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from service.jobs import JOBS
from service.wiring import Application
from storage import figures, job_runs, task_engine, vital_signs
from storage.database import Work

RECENT = timedelta(hours=1)
"""Delays are those of the messages sent within this time."""

HEARD_WITHIN_SECONDS = 20.0
"""A worker that has shown a sign of life within this time is alive."""


logger = structlog.get_logger(__name__)


class Metrics:
    """What this process can tell. Made once; `seen` is called for every request, `text` for every scrape."""

    def __init__(self, application: Application) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "sowhat_http_request_seconds",
            "How long this process took to answer HTTP requests.",
            ("endpoint", "status"),
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(_FromDatabase(application))

    def seen(self, endpoint: str, status: int, seconds: float) -> None:
        """A request has been answered."""
        self._requests.labels(endpoint, str(status)).observe(seconds)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)


class _FromDatabase(Collector):
    """Reads the database anew each time it is asked. One that is away is told of, and nothing else then is."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def describe(self) -> Iterator[Metric]:
        """Nothing, so that registering it does not ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Every figure, or only that the database is away."""
        try:
            with self._application.database.reading() as work:
                metrics = self._read(work)
        except Exception as fault:
            logger.error("metrics_not_read", fault=type(fault).__name__)
            metrics = []
        yield _gauge("sowhat_database_up", "1 when the database could be read.", float(bool(metrics)))
        yield from metrics

    def _read(self, work: Work) -> list[Metric]:
        now = self._application.now()
        metrics = [*_outbox(work, now), *_people(work), *_jobs(work, now), *_delays(work, now)]
        return [*metrics, *_fleet(work)] if self._application.database.is_for_a_fleet else metrics


def _outbox(work: Work, now: datetime) -> Iterator[Metric]:
    ages = {row_class: (now - since).total_seconds() for row_class, since in vital_signs.oldest_due(work, now).items()}
    yield _gauges("sowhat_oldest_due_seconds", "Since when the longest due message is due.", "row_class", ages)
    counts = vital_signs.unfinished_messages(work)
    yield _gauges("sowhat_outbox_messages", "Messages that have not come to an end.", "state", counts)
    marks = {name: (now - mark).total_seconds() for name, mark in vital_signs.fetch_marks(work).items()}
    yield _gauges("sowhat_fetched_seconds_ago", "When what the webhook missed was last fetched.", "channel", marks)


def _people(work: Work) -> Iterator[Metric]:
    waiting = figures.waiting_for_a_person(work)
    yield _gauges("sowhat_inbox_items_waiting", "What waits for a person in the inbox.", "reason", waiting.inbox)
    yield _gauges("sowhat_alerts_unacknowledged", "Alerts that nobody has acknowledged.", "kind", waiting.alerts)


def _jobs(work: Work, now: datetime) -> Iterator[Metric]:
    runs = {run.name: run for run in job_runs.all_runs(work)}
    late = {job.name: math.inf for job in JOBS}
    for job in JOBS:
        if job.name in runs:
            late[job.name] = max(0.0, (now - runs[job.name].started_at).total_seconds() - job.every_seconds)
    yield _gauges("sowhat_job_late_seconds", "For how long a job of the clock has been overdue.", "job", late)
    ended = {run.name: run.finished_at.timestamp() for run in runs.values() if run.finished_at is not None}
    yield _gauges("sowhat_job_finished_timestamp_seconds", "When a job last ended without a fault.", "job", ended)


def _delays(work: Work, now: datetime) -> Iterator[Metric]:
    since = now - RECENT
    yield _histogram(
        "sowhat_queued_to_sent_seconds",
        "From the outbox to the carrier, of messages sent within the last hour.",
        vital_signs.queued_to_sent(work, since),
    )
    yield _histogram(
        "sowhat_sent_to_delivered_seconds",
        "From the carrier to the phone, as we were told, of messages sent within the last hour.",
        vital_signs.sent_to_delivered(work, since),
    )


def _fleet(work: Work) -> Iterator[Metric]:
    alive = task_engine.living_workers(work, HEARD_WITHIN_SECONDS)
    yield _gauge("sowhat_workers_alive", "Workers of the fleet that have shown a sign of life lately.", alive)
    waiting = task_engine.waiting_jobs(work)
    yield _gauge("sowhat_jobs_waiting", "Jobs and wake-ups that no worker has begun.", waiting)


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _gauges(name: str, says: str, label: str, values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=(label,))
    for key, value in values.items():
        family.add_metric((str(key),), value)
    return family


def _histogram(name: str, says: str, delays: Sequence[vital_signs.Delays]) -> Metric:
    family = HistogramMetricFamily(name, says, labels=("row_class",))
    bounds = [str(float(bound)) for bound in vital_signs.DELAY_BOUNDS_SECONDS]
    for each in delays:
        buckets = [*zip(bounds, each.at_most, strict=True), ("+Inf", each.messages)]
        family.add_metric((str(each.row_class),), buckets, each.total_seconds)
    return family
