"""A landlord at work, for tests that walk the real path: activities closed, surveys launched, texts sent and received.

Nothing is pretended but the phone network: what the outbox lets out is taken by delivery's own claim, and every send
ends as the test says.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select

from consultations.invitations import expire_closed, invite_waiting, remind_silent
from consultations.launch import AFTER_ACTIVITY_FLOW, FlowFile, Launched, launch_due_surveys
from conversations.inbound import Taken, take_in
from conversations.rules import ConversationRules
from delivery.channel import Attachment, InboundText, Receipt, SendResult, Sent
from delivery.claim import ClaimRules, claim
from delivery.receipts import take_receipt
from delivery.results import record_results
from flows.load import LIBRARY, load_flow, read_flow
from flows.system_texts import load_system_texts
from sms.opt_out import OptOutMode, answered_by_twilio
from sms.segments import count_segments
from storage import activities, chat_links, people
from storage.database import Database
from storage.models import Address, Attempt, Base, Conversation, OutboxMessage
from storage.models.outbox import OutboxState, RowClass
from storage.models.people import LawfulBasis
from storage.policy import change_policy
from storage.tenant_upsert import TenantDetails, upsert_tenants
from tests.clock import Clock
from tests.rows import ANN, FARAH, GWEN, JOE, MAREK

OUR_NUMBER = "+447700900999"
ALL_CHANNELS = frozenset({"sms", "telegram", "mail"})
STRANGER = "+447700900042"
NAMES = {
    ANN: ("Ann", "Beech"),
    JOE: ("Joe", "Oakley"),
    FARAH: ("Farah", "Khan"),
    GWEN: ("Gwen", "Pugh"),
    MAREK: ("Marek", "Nowak"),
}
SO_WHAT = LIBRARY / f"{AFTER_ACTIVITY_FLOW}.yaml"
TEXTS = load_system_texts()
FACTS = {"landlord": "Derwent Living", "phone": "01632 960 100", "first_name": "Ann", "activity": "Coffee morning"}

Row = TypeVar("Row", bound=Base)


def rules(*, live: bool = True, mode: OptOutMode = OptOutMode.DISABLED) -> ConversationRules:
    """The rules as the wiring makes them."""
    return ConversationRules(
        texts=TEXTS,
        count_segments=lambda text: count_segments(text).segments,
        answered_by_carrier=lambda text: answered_by_twilio(text.text, text.opt_out_type, mode) is not None,
        live=live,
    )


@cache
def flow_file(source: str | None = None) -> FlowFile:
    """The library's flow for after an activity, or one read from `source`."""
    if source is None:
        return FlowFile(load_flow(SO_WHAT), SO_WHAT.read_text(encoding="utf-8"))
    return FlowFile(read_flow(source, "test"), source)


def system_text(key: str, language: str = "en") -> str:
    """A system text as it reaches Ann."""
    return TEXTS.text(language, key, FACTS)


_RULES = rules()


class Landlord:
    """Derwent Living, with what a test may change: the clock, the rules, and the flow asked after an activity."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.rules = _RULES
        self.survey = flow_file()
        self._numbers = count(1)
        self.set_policy(
            landlord=FACTS["landlord"], landlord_phone=FACTS["phone"], alert_recipients=("duty@derwent.example",)
        )

    @property
    def now(self) -> datetime:
        """What the clock says."""
        return self.clock()

    def set_policy(self, **values: Any) -> None:
        """Change the policy as staff would."""
        with self.database.work() as work:
            change_policy(work, values, "test", self.now)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**time))

    def tenant(self, mobile: str | None, **details: Any) -> str:
        """A tenant who has consented; their reference."""
        ref: str = details.pop("tenant_ref", f"T{next(self._numbers):03}")
        first_name, last_name = NAMES.get(mobile or "", ("Gwen", "Pugh"))
        given: dict[str, Any] = {
            "first_name": first_name,
            "last_name": last_name,
            "language": "en",
            "lawful_basis": LawfulBasis.CONSENT,
            "basis_recorded_on": self.now.date(),
            "basis_evidence": "tenancy sign-up form",
            **details,
        }
        with self.database.work() as work:
            upsert_tenants(work, [TenantDetails(tenant_ref=ref, mobile=mobile, **given)], self.now)
        return ref

    def close(
        self, activity_ref: str, tenant_refs: Sequence[str], title: str = FACTS["activity"], undo_minutes: int = 0
    ) -> None:
        """Hold an activity, note who came, and close it."""
        with self.database.work() as work:
            activities.upsert_activities(work, {activity_ref: {"title": title}}, self.now)
            activity = activities.by_ref(work, activity_ref)
            assert activity is not None
            ids = people.tenant_ids(work)
            activities.record_attendance(work, activity.id, [ids[ref] for ref in tenant_refs], self.now)
            activities.close(work, activity, self.now, self.now + timedelta(minutes=undo_minutes))

    def launch(self) -> Sequence[Launched]:
        """What the clock does when a survey is due."""
        return launch_due_surveys(self.database, self.survey, self.rules, self.now)

    def tick(self) -> tuple[int, int, int]:
        """What the clock does all day; how many conversations expired, were reminded and were invited at last."""
        expired = expire_closed(self.database, self.now)
        reminded = remind_silent(self.database, self.rules, self.now)
        return expired, reminded, invite_waiting(self.database, self.rules, self.now)

    def survey_of(self, *mobiles: str) -> None:
        """Ask these tenants about the coffee morning; the first question arrives."""
        self.close("A1", [self.tenant(mobile) for mobile in mobiles])
        self.launch()
        self.deliver()

    def deliver(self, result: SendResult | None = None) -> list[tuple[str, str]]:
        """Send what may leave now and let all of it arrive, or end with this result; to whom, and what it said."""
        claim_rules = ClaimRules(ALL_CHANNELS, False, lambda: f"token-{next(self._numbers)}", "derwent.example")
        claims = claim(self.database, self.now, 1_000, claim_rules)
        for claimed in claims:
            provider_id = f"SM{next(self._numbers):032x}"
            with self.database.work() as work:
                sent = Sent(provider_id, arrived=claimed.channel == "telegram")
                record_results(work, {claimed.message.attempt: result or sent}, self.now)
                if claimed.channel == "sms" and result is None:
                    take_receipt(work, Receipt(claimed.message.attempt, provider_id, "delivered"), self.now)
        return [(claimed.message.to, claimed.message.body) for claimed in claims]

    def receive(
        self,
        sender: str,
        text: str,
        *,
        sid: str | None = None,
        received_at: datetime | None = None,
        opt_out_type: str | None = None,
        attachments: Sequence[Attachment] = (),
    ) -> Taken:
        """Take in one text, now unless it was received earlier."""
        return take_in(
            self.database,
            InboundText(
                channel="sms",
                channel_message_id=sid or f"SM-in-{next(self._numbers)}",
                sender=sender,
                recipient=OUR_NUMBER,
                text=text,
                received_at=received_at or self.now,
                opt_out_type=opt_out_type,
                attachments=attachments,
            ),
            self.rules,
            self.now,
        )

    def link_chat(self, tenant_ref: str, chat: str, token: str = "a-token-from-a-letter") -> Taken:
        """Give a tenant a link, which they open at once in their chat."""
        with self.database.work() as work:
            tenant_id = people.tenant_ids(work)[tenant_ref]
            chat_links.renew(work, {tenant_id: token}, self.now + timedelta(days=90))
        return self.receive_in_chat(chat, "/start", link_token=token)

    def receive_in_chat(self, chat: str, text: str, **details: Any) -> Taken:
        """Take in what somebody does in their chat, now unless it was done earlier."""
        given = {
            "channel": "telegram",
            "channel_message_id": f"{chat}:{next(self._numbers)}",
            "sender": chat,
            "recipient": "the bot",
            "text": text,
            "received_at": self.now,
            **details,
        }
        return take_in(self.database, InboundText(**given), self.rules, self.now)

    def chat(self, chat: str, text: str, **details: Any) -> list[str]:
        """Send this in a chat, and what we answer to it."""
        self.wait(minutes=1)
        self.receive_in_chat(chat, text, **details)
        self.wait(seconds=10)
        return [body for to, body in self.deliver() if to == chat]

    def button(self, chat: str, label: str) -> str:
        """What the newest button with this label in a chat brings back when it is tapped."""
        return next(
            data for row in reversed(self.texts_to(chat)) for shown, data in row.buttons or () if shown == label
        )

    def id_of(self, chat: str, text_id: str) -> str:
        """The carrier's id of the newest message with this text in a chat."""
        with self.database.reading() as work:
            rows = select(Attempt.provider_id).join(Attempt.message).order_by(Attempt.id.desc())
            found = work.session.scalars(
                rows.where(OutboxMessage.recipient == chat, OutboxMessage.text_id == text_id)
            ).first()
        assert found is not None
        return found

    def tap(self, chat: str, label: str, data: str | None = None) -> list[str]:
        """Tap the newest button with this label, or the one with this data, and what we answer to it."""
        return self.chat(
            chat, label, tapped=data or self.button(chat, label), channel_message_id=f"callback:{next(self._numbers)}"
        )

    def talk(self, sender: str, *texts: str) -> list[str]:
        """Send these texts one by one, each after our answer to the one before has arrived; all our answers."""
        answers: list[str] = []
        for text in texts:
            self.wait(minutes=1)
            self.receive(sender, text)
            self.wait(seconds=10)
            answers += [body for to, body in self.deliver() if to == sender]
        return answers

    def rows(self, model: type[Row]) -> list[Row]:
        """All rows of a table in the order they came."""
        with self.database.reading() as work:
            return work.session.query(model).order_by(*model.__table__.primary_key).all()

    def texts_to(self, mobile: str, *states: OutboxState) -> list[OutboxMessage]:
        """The outbox rows for a number, in these states or in any."""
        return [
            row for row in self.rows(OutboxMessage) if row.recipient == mobile and (not states or row.state in states)
        ]

    def conversation_with(self, mobile: str) -> Conversation:
        """The newest conversation with a number."""
        with self.database.reading() as work:
            found = work.session.query(Conversation).join(Conversation.address).filter_by(value=mobile)
            return found.order_by(Conversation.id.desc()).first()  # type: ignore[return-value]  # a test names one

    def conversations(self) -> list[Conversation]:
        """All conversations in the order they were begun."""
        return self.rows(Conversation)

    def address_of(self, mobile: str) -> Address:
        """A number as we know it."""
        return next(address for address in self.rows(Address) if address.value == mobile)

    def count_rows(self) -> dict[str, int]:
        """How many rows each table holds."""
        with self.database.reading() as work:
            return {table.name: work.session.query(table).count() for table in Base.metadata.sorted_tables}


def row_classes(rows: Sequence[OutboxMessage]) -> list[tuple[str, RowClass]]:
    """Which texts these are, and of which class."""
    return [(row.text_id, row.row_class) for row in rows]
