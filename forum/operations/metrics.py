"""Our counters and the outbox as Prometheus reads them (its text format)."""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from forum import clock
from forum.operations import queries
from forum.outbox.queries import counts, health
from forum.web.meters import PROCESSES_SHARE, Meters


def page(meters: Meters) -> bytes:
    """Return all numbers: those of every web process, and those of the database."""
    from_database = CollectorRegistry()
    from_database.register(_Database())
    counted = meters.registry
    if PROCESSES_SHARE in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return generate_latest(counted) + generate_latest(from_database)


class _Database:
    """Numbers read from the database when they are asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = clock.now()
        outbox = health(now=now)
        messages = GaugeMetricFamily("forum_messages", "Messages by state", labels=["state"])
        for state, number in counts().items():
            messages.add_metric([state.value], number)
        yield messages
        people = GaugeMetricFamily("forum_registrations", "Registrations", labels=["status"])
        for status, number in queries.registrations_by_status().items():
            people.add_metric([status.value], number)
        yield people
        yield GaugeMetricFamily(
            "forum_messages_overdue", "Messages due for five minutes", outbox.overdue
        )
        stuck = (now - outbox.trouble.since).total_seconds() if outbox.trouble else 0
        yield GaugeMetricFamily(
            "forum_mail_trouble_seconds", "Since the mail server does not take mail", stuck
        )
        yield GaugeMetricFamily("forum_workers", "Workers seen lately", outbox.workers)
        if outbox.last_beat_at is not None:
            age = (now - outbox.last_beat_at).total_seconds()
            yield GaugeMetricFamily("forum_worker_age_seconds", "Since a worker was seen", age)
