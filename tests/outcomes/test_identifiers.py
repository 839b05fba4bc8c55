"""What points at a person is taken out; what does not is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.identifiers import GAP, name_words, remove_contacts, remove_names, tidy

PEOPLE = name_words(
    ("Ann", "Beech", "Joe", "Oakley", "Farah", "Khan", "Gwen", "Pugh", "Will", "Brown", "Siân", "Mary-Jane")
)
PUBLIC = name_words(("Coffee morning, Bank Court", "Derwent Living"))


def cleaned(comment: str) -> str:
    return remove_names(remove_contacts(tidy(comment)), PEOPLE, PUBLIC).text


@pytest.mark.parametrize(
    ("comment", "shown"),
    [
        # Telephone numbers, e-mail addresses and the like.
        ("call me on 07700 900123 please", "call me on […] please"),
        ("ring 0 7 7 0 0 900 123 any time", "ring […] any time"),
        ("ring +44 (0)7700-900123 any time", "ring […] any time"),
        ("ring ٠٧٧٠٠ ٩٠٠١٢٣ any time", "ring […] any time"),
        ("ring 07700900123 any time", "ring […] any time"),
        ("write to ann.beech@example.com please", "write to […] please"),
        ("write to ann dot beech at gmail dot com please", "write to […] please"),
        ("see www.example.com/annb for it", "see […] for it"),
        ("I am @annb on there", "I am […] on there"),
        ("born 12/03/1956 and still going", "born […] and still going"),
        ("born 12th of March 1956 and still going", "born […] and still going"),
        ("my NI is QQ123456C", "my […] is […]"),
        # Where somebody lives.
        ("the bus from DE22 1AA is late", "the bus from […] is late"),
        ("the bus from de221aa is late", "the bus from […] is late"),
        ("noise at number 14 every night", "noise at […] every night"),
        ("noise at no. 14 every night", "noise at […] every night"),
        ("noise from flat 3b every night", "noise from […] every night"),
        ("noise from Flat C every night", "noise from […] every night"),
        ("we live at 27 and hear it", "we […] and hear it"),
        ("noise at 14 southwell close every night", "noise at […] every night"),
        ("no CCTV in Southwell Square", "no CCTV in […]"),
        # Names of tenants we know.
        ("Ann said the tea was cold", "[…] said the tea was cold"),
        ("ann and joe made cakes", "[…] made cakes"),
        ("ANN SAID THE TEA WAS COLD", "[…] SAID THE TEA WAS COLD"),
        ("Khan's soup was great", "[…]'s soup was great"),
        ("sian helped and so did maryjane, mary-jane and jane", "[…] helped and so did maryjane, […]"),
        ("I met Will and he was brilliant", "I met […] and he was brilliant"),
        ("Will you do it again?", "[…] you do it again?"),  # a loss: it might have been Will
        ("the Brown family were there", "the […] family were there"),
        # Names of anybody else.
        ("My son Adam loved it", "My son […] loved it"),
        ("my son adam loved it", "my son […] loved it"),
        ("MY SON ADAM LOVED IT", "MY SON […] LOVED IT"),
        ("my mate zbyszko came too", "my mate […] came too"),
        ("mrs smith upstairs was kind", "[…] upstairs was kind"),
        ("Dr. Featherstonehaugh spoke well", "[…] spoke well"),
        ("a man called zog ran it", "a man called […] ran it"),
        ("Featherstonehaugh spoke well", "[…] spoke well"),
        ("it was Jean-Paul who taught us", "it was […] who taught us"),
        ("J\u200boe Oa\u200bkley was there", "[…] was there"),
        ("𝐀𝐧𝐧 was there", "[…] was there"),
    ],
)
def test_what_points_at_a_person_is_taken_out(comment: str, shown: str) -> None:
    assert cleaned(comment) == shown


@pytest.mark.parametrize(
    "comment",
    [
        "Lovely to get out of the house and meet people",
        "The tea was cold but the staff were brilliant",
        "Bank Court needs more of these, thanks Derwent!",
        "It started at 10am and 4 people on the road helped",
        "2 hours well spent, better than 10 years ago, £30 saved",
        "the house has brown damp marks",
        "my nan can now bleed the radiators herself",
        "my son loves it and my wife was pleased",
        "Would it be on again in the spring? Hope so",
        "1st class, came 2nd in the quiz at 7pm, 30mins well used",
        "GREAT!! WOULD DO IT AGAIN",
        "I'm glad I came. It's the best thing on a Monday",
        "Parking is bad. CCTV does not work. ASB is worse",
        "Bardzo miło było, dziękuję",
        "Roedd yn braf cwrdd â phobl",
    ],
)
def test_what_points_at_nobody_is_left_as_it_was(comment: str) -> None:
    assert cleaned(comment) == comment


def test_invisible_characters_and_line_breaks_do_not_reach_the_reader() -> None:
    assert tidy("it\u202e was\n\n good\x00 \u200bfun") == "it was good fun"


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_telephone_number_never_survives_whatever_is_around_it(before: str, after: str) -> None:
    comment = f"{before} 07700 900123 {after}"
    assert "900123" not in cleaned(comment)


@given(st.text(max_size=200))
def test_any_text_is_taken_and_its_gaps_are_counted(comment: str) -> None:
    result = remove_names(remove_contacts(tidy(comment)), PEOPLE, PUBLIC)
    assert result.gaps == result.text.count(GAP)
