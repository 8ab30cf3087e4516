"""A worker's processes are killed in the middle of their work: no mail is lost."""

import asyncio
import random
import time
from collections import Counter

import psutil
import pytest

from forum import clock
from forum.outbox import queries
from forum.outbox.models import MessageState
from tests.faults.mail_server import MailServer
from tests.faults.working import Working, eventually, fill, mailing_to, working

pytestmark = pytest.mark.faults
MAILS = 10_000
KILLS = 20
SEED = 20270424
THINKS = 0.003
"""Seconds that the server takes for each reply: the longer, the more is in doubt."""


def sent() -> int:
    return queries.counts()[MessageState.SENT]


def strike(worker: Working, chance: random.Random) -> str:
    """Kill one process of a worker; start the worker again where it was that one."""
    victim = chance.choice(["worker", "worker", "courier", "courier", "office"])
    try:
        if victim == "worker":
            worker.kill()
            worker.start()
        elif victim == "office":
            worker.office.kill()
        else:
            chance.choice(worker.couriers).kill()
    except (psutil.NoSuchProcess, IndexError, AttributeError):
        return "nobody"  # it was just starting anew
    return victim


def test_of_ten_thousand_mails_none_is_lost_and_a_kill_repeats_at_most_one(make, settings):
    fill(make.registration(make.event()), MAILS)
    chance = random.Random(SEED)
    with MailServer(thinks=THINKS) as server:
        with working(mailing_to(settings, server.port)) as worker:
            victims: Counter[str] = Counter()
            while victims.total() - victims["nobody"] < KILLS:
                number = victims.total() - victims["nobody"] + 1
                mark = number * MAILS // (KILLS + 1)
                assert eventually(lambda mark=mark: len(server.taken) >= mark, 120)
                time.sleep(chance.uniform(0, 0.2))
                victims[strike(worker, chance)] += 1
            struck_at = time.monotonic()
            assert eventually(lambda: sent() == MAILS, 120), queries.counts()
            handed_over_after = server.taken[-1].at - struck_at
        times = Counter(each.message_id for each in server.taken)

    assert len(times) == MAILS
    repeats = sum(times.values()) - MAILS
    assert repeats <= victims["courier"] <= KILLS, (SEED, victims)
    assert handed_over_after < 120, (SEED, victims)


def test_a_worker_killed_while_every_mail_is_at_its_last_dot_repeats_none(make, settings):
    number = settings.sender_threads
    at_the_dot: list[str] = []

    async def thinks_long(line, moment: str) -> None:
        if moment == "letter":
            at_the_dot.append(line.recipient)
            await asyncio.sleep(2)

    fill(make.registration(make.event()), number)
    with MailServer(mood=thinks_long) as server:
        with working(mailing_to(settings, server.port)) as worker:
            assert eventually(lambda: len(at_the_dot) == number)
            worker.kill()
            assert server.taken == []
            worker.start()
            assert eventually(lambda: sent() == number)
        assert len({each.message_id for each in server.taken}) == len(server.taken) == number


def test_a_worker_told_to_stop_finishes_the_mail_in_hand_and_leaves_none_behind(make, settings):
    fill(make.registration(make.event()), 500)
    with MailServer(thinks=THINKS) as server:
        with working(mailing_to(settings, server.port)) as worker:
            assert eventually(lambda: len(server.taken) > 0)
            assert worker.stop() == 0
        assert not psutil.pid_exists(worker.process.pid)
        counts = queries.counts()
        assert counts[MessageState.SENDING] == 0
        assert counts[MessageState.SENT] == len(server.taken)
        assert counts[MessageState.SENT] + counts[MessageState.QUEUED] == 500
        assert queries.health(now=clock.now()).workers == 0
