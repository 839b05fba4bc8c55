import threading
import time

import pytest

from service.background import Background


def test_the_same_thing_is_done_once_at_a_time_and_others_beside_it() -> None:
    background, let_go, done = Background(), threading.Event(), []

    def slow() -> None:
        done.append("slow")
        assert let_go.wait(5)

    first, again = background.start("slow", slow), background.start("slow", slow)
    background.start("quick", lambda: done.append("quick")).result(5)
    assert first is again
    let_go.set()
    first.result(5)
    background.start("slow", slow).result(5)
    assert sorted(done) == ["quick", "slow", "slow"]


def test_what_hangs_is_waited_for_no_longer_than_told_and_does_not_hold_up_the_end_of_python() -> None:
    background, let_go = Background(), threading.Event()
    background.start("hangs", lambda: _wait(let_go))
    began = time.monotonic()
    assert not background.wait(0.1)
    assert time.monotonic() - began < 5
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "hangs")
    let_go.set()
    assert background.wait(5)


def test_whoever_waits_hears_of_the_fault() -> None:
    def fail() -> None:
        raise ConnectionError("away")

    with pytest.raises(ConnectionError):
        Background().start("fails", fail).result(5)


def test_giving_up_waiting_calls_nothing_off() -> None:
    background, let_go, done = Background(), threading.Event(), threading.Event()

    def act() -> None:
        assert let_go.wait(5)
        done.set()

    assert not background.start("act", act).cancel()
    let_go.set()
    assert done.wait(5)


def _wait(let_go: threading.Event) -> None:
    let_go.wait(60)
