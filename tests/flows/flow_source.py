"""A small flow in two languages that has no fault, for tests that break it in one place."""

GOOD_FLOW = """\
flow: garden-day
title: After the garden day
languages:
  en: {status: reviewed, by: sowhat authors, "on": 2026-11-20}
  cy: {status: draft}
reasks: 1
reminder_after_days: 2
opening:
  en: "Hi {first_name}, {landlord} here about {activity}. Reply STOP to opt out."
  cy: "Helo {first_name}, {landlord} sydd yma am {activity}. Atebwch STOP i optio allan."
questions:
  - id: worth
    measure: worth_attending
    ask: {en: "Was it worth your time? Reply Y or N", cy: "A oedd yn werth eich amser? Ydw neu nac ydw"}
    answer: {type: yes_no}
  - id: gained
    measure: difference_made
    when: {question: worth, is: true}
    ask: {en: "What did you gain? Reply with a letter:", cy: "Beth wnaethoch chi ennill?"}
    again: {en: "Sorry, which one? Just the letter:", cy: "Sori, pa un?"}
    answer:
      type: choice
      options:
        - {id: skill, label: {en: "A skill", cy: "Sgil"}}
        - {id: people, label: {en: "New friends", cy: "Ffrindiau newydd"}}
  - id: score
    measure: satisfaction
    ask: {en: "How was it, 1 to 3?", cy: "Sut oedd hi, 1 i 3?"}
    answer:
      type: scale
      min: 1
      max: 3
      labels: {en: [Poor, Fair, Good], cy: [Gwael, Gweddol, Da]}
thanks: {en: "Thank you from {landlord}.", cy: "Diolch gan {landlord}."}
"""


def broken(old: str, new: str) -> str:
    """The good flow with one piece of it replaced; the piece must be there."""
    assert old in GOOD_FLOW, f"the good flow has no {old!r}"
    return GOOD_FLOW.replace(old, new, 1)
