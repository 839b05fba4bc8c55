"""Which comments are shown."""

from collections.abc import Sequence, Set

import pytest

from outcomes.identifiers import name_words
from outcomes.verbatims import Comment, Verbatims, choose_verbatims

PEOPLE = name_words(("Ann", "Beech", "Joe", "Oakley"))


def choose(comments: Sequence[Comment], *, small: bool = False, unread: int = 0) -> Verbatims:
    """What is shown of these comments where the people concerned are Ann Beech and Joe Oakley."""

    def names_among(words: Set[str]) -> Set[str]:
        return words & PEOPLE

    return choose_verbatims(comments, names_among, (), small, unread)


def present(comment: str) -> str | None:
    """A comment as it is shown, if it is."""
    shown = choose([Comment(1, comment)]).shown
    return shown[0].text if shown else None


def comments(*texts: str) -> list[Comment]:
    return [Comment(answer_id, text) for answer_id, text in enumerate(texts, start=1)]


def test_a_comment_is_shown_with_gaps_where_it_named_somebody() -> None:
    chosen = choose(comments("Joe made us all very welcome"))
    assert [verbatim.text for verbatim in chosen.shown] == ["[…] made us all very welcome"]


def test_in_a_small_activity_a_comment_that_needs_a_gap_is_kept_back() -> None:
    chosen = choose(comments("Joe made us all very welcome", "It made us all very welcome"), small=True)
    assert [verbatim.text for verbatim in chosen.shown] == ["It made us all very welcome"]
    assert chosen.withheld == 1


def test_a_comment_that_carries_an_alert_is_never_shown() -> None:
    alarming = Comment(1, "There is mould on the wall", alarming=True)
    chosen = choose([alarming])
    assert chosen.shown == ()
    assert chosen.withheld == 1


@pytest.mark.parametrize(
    "comment",
    [
        "I'm the only man in a wheelchair who comes",
        "i am the only one who spoke up",
        "As chair of the panel I was pleased",
        "as your rep I say well done",
        "thanks, Ann x",
        "Ann met Featherstonehaugh then Zog by the shop, at number 9",
        "مجھے چائے اچھی لگی",
        "很好,谢谢",
    ],
)
def test_what_still_points_at_somebody_or_cannot_be_checked_is_kept_back(comment: str) -> None:
    assert present(comment) is None


def test_a_reply_without_a_word_is_no_comment() -> None:
    chosen = choose(comments("👍👍", "7", ""))
    assert (chosen.shown, chosen.more, chosen.withheld) == ((), 0, 0)


def test_of_many_comments_five_are_taken_evenly_over_the_order_they_came_in() -> None:
    letters = "abcdefghijklmnopqrst"
    chosen = choose(comments(*(f"more tea {letter * 2}" for letter in letters)))
    assert [verbatim.answer_id for verbatim in chosen.shown] == [1, 5, 9, 13, 17]
    assert chosen.more == 15


def test_the_same_words_from_several_people_are_shown_once() -> None:
    chosen = choose(comments("lovely day", "Lovely day", "too cold"))
    assert [verbatim.text for verbatim in chosen.shown] == ["lovely day", "too cold"]
    assert chosen.more == 1


def test_a_long_comment_is_cut_at_a_word() -> None:
    shown = present("tea and cake " * 60)
    assert shown is not None
    assert len(shown) < 290
    assert shown.endswith(("tea …", "and …", "cake …"))


def test_what_was_said_beside_the_comment_is_kept_with_it() -> None:
    chosen = choose([Comment(1, "but the room was cold", said="Yes")])
    assert chosen.shown[0].said == "Yes"


def test_a_long_comment_without_a_space_is_cut_and_not_emptied() -> None:
    assert present("a" * 400) == "a" * 280 + " …"
