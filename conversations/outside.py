"""A message outside any survey: from somebody we have not asked, or before our question has left.

It is screened like any other (STOP, hazards, requests), kept for staff, and answered politely once.
"""

from collections.abc import Mapping

from conversations.alerts import raise_alert
from conversations.arrival import Arrival
from conversations.opting_out import opt_in, opt_out
from conversations.outgoing import queue_text
from conversations.recording import hand_to_person
from conversations.rules import ConversationRules
from flows.alerts import find_alerts
from flows.commands import Command, find_command
from flows.conversation import Say
from flows.translations import FALLBACK_LANGUAGE
from storage import people
from storage.database import Work
from storage.policy import current_policy

UNMATCHED = "unmatched"
OUTSIDE_SURVEY = "outside_survey"
"""Why a person must look: it came from a stranger, or from somebody we know and are not asking anything."""

REQUESTS = frozenset({Command.CALL_ME, Command.DATA_REQUEST, Command.DELETE_REQUEST, Command.WRONG_PERSON})


class OutsideMessage:
    """One message outside any survey, with what answering it takes."""

    def __init__(self, work: Work, arrival: Arrival, rules: ConversationRules) -> None:
        self._work = work
        self._arrival = arrival
        self._rules = rules
        self._language = _language_at(work, arrival.address.id, rules)

    def handle(self, *, ask_person: str) -> None:
        """Raise alerts, obey a command, and otherwise hand the message to a person with `ask_person` as the reason."""
        text, languages = self._arrival.words, (self._language, FALLBACK_LANGUAGE)
        command, alerts = find_command(text, languages), find_alerts(text, languages)
        answer_alerts = command is not Command.OPT_OUT
        for kind in alerts:
            raise_alert(self._work, self._arrival, kind, answered=answer_alerts)
            if answer_alerts:
                self.say_once_a_day(kind, safety=True)
        if command is Command.OPT_OUT:
            self._opt_out()
        elif command is Command.OPT_IN:
            self._opt_in()
        elif command is Command.HELP:
            self._help()
        elif command in REQUESTS:
            hand_to_person(self._work, self._arrival, command)
            self.say_once_a_day(command)
        else:
            is_known = ask_person == UNMATCHED and people.people_at(self._work, self._arrival.address.id)
            hand_to_person(self._work, self._arrival, OUTSIDE_SURVEY if is_known else ask_person)
            # Who has just been told whom to ring needs no second text about a survey.
            if ask_person == UNMATCHED and not alerts:
                self.say(UNMATCHED, cause=f"unmatched:{self._arrival.address.id}")

    def _opt_out(self) -> None:
        if opt_out(self._work, self._arrival):
            self.say("stop_confirmation", cause=f"stop:{self._arrival.message_id}", safety=True)

    def _opt_in(self) -> None:
        if opt_in(self._work, self._arrival):
            self.say("start_confirmation", cause=f"start:{self._arrival.message_id}")

    def _help(self) -> None:
        if not self._arrival.answered_by_carrier:
            self.say_once_a_day("help")

    def say_once_a_day(self, key: str, *, safety: bool = False) -> None:
        """Say a system text, but not again today: two machines that answer each other must not go on for ever."""
        day = self._arrival.now.date().isoformat()
        self.say(key, cause=f"outside:{self._arrival.address.id}:{key}:{day}", safety=safety)

    def say(self, key: str, *, cause: str, safety: bool = False, first_name: str = "") -> None:
        """Say a system text in answer to `cause`, which is answered once."""
        text = self._rules.texts.text(self._language, key, _facts(self._work, first_name))
        say = Say(text=text, text_id=str(key), safety=safety)
        queue_text(self._work, self._arrival.address, say, cause, self._rules, self._arrival.now)


def _language_at(work: Work, address_id: int, rules: ConversationRules) -> str:
    """The language of whoever has this address, where its texts may be sent."""
    here = people.people_at(work, address_id)
    wanted = here[0].language if here else FALLBACK_LANGUAGE
    known = wanted in rules.texts.by_language
    return wanted if known and (not rules.live or rules.texts.is_reviewed(wanted)) else FALLBACK_LANGUAGE


def _facts(work: Work, first_name: str) -> Mapping[str, str]:
    policy = current_policy(work)
    return {"landlord": policy.landlord, "phone": policy.landlord_phone, "first_name": first_name, "activity": ""}
