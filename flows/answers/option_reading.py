"""What a reply says about the options of a choice, before it is decided how many may be taken."""

from collections.abc import Sequence

from flows.answers.labels import Wordings, label_mentions, mistyped_label, option_for, part_of_label, wordings
from flows.answers.letters import letter_mentions, place_mentions
from flows.answers.none_option import none_mention
from flows.answers.options import Option
from flows.answers.yes_no import YesNo
from flows.answers.yes_no import read as read_yes_no
from flows.chunks import Reply
from flows.mentions import Mention, Role
from flows.vocabulary import Meaning


def option_wordings(options: Sequence[Option], languages: Sequence[str]) -> Wordings:
    """The labels of the options in the languages that the tenant may have before them."""
    return wordings([option.label for option in options], languages)


def option_mentions(reply: Reply, labels: Wordings) -> list[Mention]:
    """The options that a reply mentions by label, letter, place, or yes and no; the value is the option's place."""
    by_label = label_mentions(reply)
    yes_no = _yes_or_no(reply, labels, by_label)
    if yes_no is not None:
        return [yes_no]
    found = by_label + letter_mentions(reply, len(labels))
    return found or _by_whole_reply(reply, labels) or place_mentions(reply, len(labels))


def _yes_or_no(reply: Reply, labels: Wordings, by_label: Sequence[Mention]) -> Mention | None:
    """A yes or no in other words than the labels, where one option is simply "Yes" or "No"."""
    yes = option_for(Meaning.YES, reply.languages, labels)
    no = option_for(Meaning.NO, reply.languages, labels)
    if (yes is None and no is None) or any(mention.value not in {yes, no} for mention in by_label):
        return None
    reading = read_yes_no(YesNo(type="yes_no"), reply)
    place = {True: yes, False: no}.get(reading.value) if isinstance(reading.value, bool) else None
    if place is None:
        return None
    first = next(chunk for chunk in reply.bare if _says_yes_or_no(reply, chunk))
    return Mention(place, first, first + 1, Role.ANSWER, "yes_no_word")


def _says_yes_or_no(reply: Reply, chunk: int) -> bool:
    return reply.means(chunk, Meaning.YES, Meaning.NO, Meaning.YES_ALONE, Meaning.NO_ALONE)


def _by_whole_reply(reply: Reply, labels: Wordings) -> list[Mention]:
    last = len(reply.chunks)
    place = mistyped_label(reply, labels)
    if place is not None:
        return [Mention(place, 0, last, Role.ANSWER, "label_with_typing_error")]
    place = part_of_label(reply, labels)
    if place is not None:
        return [Mention(place, 0, last, Role.ANSWER, "part_of_the_label")]
    none = none_mention(reply, labels)
    return [none] if none is not None else []
