"""A question answered by any number of several options."""

from collections.abc import Collection, Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from flows.answers.labels import Wordings, option_for, shares_words, telling_words
from flows.answers.option_reading import option_mentions, option_wordings
from flows.answers.options import LETTERS, Option, check_options
from flows.chunks import Reply
from flows.declines import DECLINES
from flows.mentions import Mention, Role, comment_beside
from flows.reading import Reading, Status, not_understood, unclear
from flows.vocabulary import Meaning


class Choices(BaseModel):
    """Any of several options: `{type: choices, options: [{id: skill, label: {en: I learned something}}, …]}`.

    The value is a list of option ids in the flow's order, never empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["choices"]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=len(LETTERS))]

    @model_validator(mode="after")
    def _options_differ(self) -> Self:
        check_options(self.options)
        return self


def read(answer: Choices, reply: Reply) -> Reading:
    """Read a reply as one or more options, in whatever order they are named; the value is in the flow's order."""
    labels = option_wordings(answer.options, reply.languages)
    mentions = option_mentions(reply, labels)
    if not mentions:
        return _all_or_letters_in_one_word(answer, reply, labels)
    if any(reply.means(chunk, Meaning.OR) for chunk in range(len(reply.chunks))):
        return unclear("either_or")
    if any(_is_range(reply, mention) for mention in mentions[1:]):
        return unclear("range")
    for mention in mentions:
        if mention.role is not Role.ANSWER:
            return unclear(mention.role.value)
    places = {int(mention.value) for mention in mentions}
    if not places <= set(range(len(labels))):
        return not_understood("out_of_range")
    if _may_name_another(reply, labels, mentions, places):
        return unclear("may_name_another_option")
    last = max(mention.last for mention in mentions)
    comment = comment_beside(reply, mentions[0].first, last)
    return Reading(Status.UNDERSTOOD, mentions[0].rule, _ids(answer, places), comment)


def _may_name_another(reply: Reply, labels: Wordings, mentions: Sequence[Mention], taken: Collection[int]) -> bool:
    """Whether the rest of the reply holds a word of an option not taken: "I met people, learned something"."""
    mentioned = {chunk for mention in mentions for chunk in range(mention.first, mention.last)}
    rest = {
        word
        for place, chunk in enumerate(reply.chunks)
        if place not in mentioned
        for word in reply.said.words[chunk.first : chunk.last]
    }
    of_taken = telling_words(labels[place] for place in taken)
    of_others = telling_words(wordings for place, wordings in enumerate(labels) if place not in taken)
    return bool(rest & (of_others - of_taken))


def _is_range(reply: Reply, mention: Mention) -> bool:
    """Whether a dash comes before: "A-C" may be two options or three."""
    return reply.gap_before(mention.first).strip() in {"-", "–", "—"}


def _ids(answer: Choices, places: Collection[int]) -> list[str]:
    return [option.id for place, option in enumerate(answer.options) if place in places]


def _all_or_letters_in_one_word(answer: Choices, reply: Reply, labels: Wordings) -> Reading:
    bare = reply.bare
    if bare and all(reply.means(chunk, Meaning.ALL, Meaning.SMALL_WORD) for chunk in bare):
        return _all_of_them(answer, reply, labels)
    if len(bare) == 1:
        chunk = reply.chunks[bare[0]]
        written = reply.said.text[reply.said.starts[chunk.first] : reply.said.ends[chunk.last - 1]]
        places = [LETTERS.find(letter) for letter in written]
        if len(places) > 1 and places == sorted(set(places)) and places[0] >= 0 and places[-1] < len(labels):
            return Reading(Status.UNDERSTOOD, "letters", _ids(answer, places))
    return unclear("part_of_a_label") if shares_words(reply, labels) else not_understood()


def _all_of_them(answer: Choices, reply: Reply, labels: Wordings) -> Reading:
    """ "All of them", unless an option such as "None of these" cannot go with the others."""
    exclusive = (*DECLINES, Meaning.NO, Meaning.NONE, Meaning.NEGATION)
    if any(option_for(meaning, reply.languages, labels) is not None for meaning in exclusive):
        return unclear("all_but_one_excludes_the_others")
    return Reading(Status.UNDERSTOOD, "all_of_them", _ids(answer, range(len(labels))))
