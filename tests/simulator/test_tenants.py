import pytest

from simulator import Reply, Tenant
from simulator.tenants import Tenants
from tests.simulator.conftest import StartNetwork, send, settle

ANN, JOE = "+447700900001", "+447700900002"


def test_each_text_is_answered_with_the_next_line_of_the_script(start_network: StartNetwork) -> None:
    script = (Reply("Yes it was", meaning=True), None, Reply("8 ish", meaning=8))
    network = start_network(tenants=[Tenant(ANN, script)])
    for question in ("Was it worth it?", "Thank you.", "How much, 0 to 10?", "Thank you again."):
        send(network, ANN, question)
        settle(network)
    assert [(r.phone, r.text, r.meaning) for r in network.replies_sent] == [
        (ANN, "Yes it was", True),
        (ANN, "8 ish", 8),
    ]


def test_two_people_who_share_a_phone_answer_one_after_the_other() -> None:
    tenants = Tenants(seed=7)
    tenants.add([Tenant(ANN, (Reply("Yes", delay_seconds=1.0),)), Tenant(ANN, (Reply("No", delay_seconds=1.0),))])
    replies = [tenants.next_line(ANN) for _ in range(3)]
    assert replies == [Reply("Yes", delay_seconds=1.0), Reply("No", delay_seconds=1.0), None]


def test_a_delay_is_drawn_from_the_seed_and_one_given_is_kept() -> None:
    def delays(seed: int) -> list[float | None]:
        tenants = Tenants(seed)
        tenants.add([Tenant(ANN, (Reply("a"), Reply("b"), Reply("c", delay_seconds=2.0)))])
        replies = [tenants.next_line(ANN) for _ in range(3)]
        return [reply.delay_seconds for reply in replies if reply]

    first = delays(7)
    assert first == delays(7)
    assert first[:2] != delays(8)[:2]
    assert first[0] != first[1]
    assert all(delay is not None and 5 <= delay <= 300 for delay in first[:2])
    assert first[2] == 2.0


def test_the_pace_scales_how_long_a_reply_takes(start_network: StartNetwork) -> None:
    network = start_network(pace=0.01, tenants=[Tenant(ANN, (Reply("Yes", delay_seconds=20),))])
    send(network, ANN, "Was it worth it?")
    assert not network.wait_until_idle(0.1)
    assert not network.idle()
    assert network.replies_sent == ()
    settle(network)
    assert len(network.replies_sent) == 1


def test_a_number_cannot_fail_in_a_way_that_twilio_does_not_know() -> None:
    with pytest.raises(ValueError, match="30003"):
        Tenant(JOE, failure=12345)


def test_a_phone_without_a_tenant_takes_texts_and_says_nothing(start_network: StartNetwork) -> None:
    network = start_network()
    send(network, JOE, "Was it worth it?")
    settle(network)
    assert [message.body for message in network.received(JOE)] == ["Was it worth it?"]
    assert network.replies_sent == ()
