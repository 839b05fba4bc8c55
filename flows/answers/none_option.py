""" "None of them" as the answer to a choice, where one option clearly says none."""

from functools import lru_cache

from flows.answers.labels import Wordings
from flows.chunks import Reply
from flows.mentions import Mention, Role
from flows.reply_text import folded_words
from flows.vocabulary import Meaning, vocabulary


def none_mention(reply: Reply, labels: Wordings) -> Mention | None:
    """The option that a reply of nothing but "none of them" means; None if no option says so, or several do."""
    bare = reply.bare
    telling = [chunk for chunk in bare if not reply.means(chunk, Meaning.SMALL_WORD)]
    if not telling or not all(reply.means(chunk, Meaning.NONE, Meaning.NO_DIFFERENCE) for chunk in telling):
        return None
    places = [
        place for place, wordings in enumerate(labels) if any(_says_none(label, reply.languages) for label in wordings)
    ]
    if len(places) != 1:
        return None
    return Mention(places[0], bare[0], bare[-1] + 1, Role.ANSWER, "label_says_none")


@lru_cache(maxsize=4096)
def _says_none(label: str, languages: tuple[str, ...]) -> bool:
    """Whether a label is "No difference", or begins with none as in "None of these helped"."""
    words = folded_words(label)
    return any(
        sense.meaning is Meaning.NO_DIFFERENCE or (sense.meaning is Meaning.NONE and first == 0)
        for sense, first, _ in vocabulary(languages).index.all_in(words)
    )
