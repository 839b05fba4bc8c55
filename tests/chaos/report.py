"""The figures of one run: what must be nought, and what it was up against."""

import json
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.models.outbox import OutboxState
from tests.chaos.evidence import Evidence, gather
from tests.chaos.findings.answers import (
    answers_doubled,
    answers_lost,
    chats_out_of_step,
    last_answers,
    wrongly_completed,
)
from tests.chaos.findings.digests import digests_lost
from tests.chaos.findings.faults import own_faults
from tests.chaos.findings.messages import ours_lost, theirs_lost
from tests.chaos.findings.questions import asked_twice
from tests.chaos.findings.stops import stops_unheeded, texts_after_stop, texts_on_their_way
from tests.chaos.installation import Installation

SHOWN = 20


@dataclass(frozen=True)
class Report:
    """`violations` are lists of ids by figure, all empty when all is well; `facts` say how hard it was."""

    facts: Mapping[str, int]
    violations: Mapping[str, Sequence[str]]

    @property
    def is_clean(self) -> bool:
        """Whether nothing that must not be was found."""
        return not any(self.violations.values())

    def lines(self) -> list[str]:
        """The figures as they are printed, with ids to look into."""
        width = max(map(len, [*self.facts, *self.violations]))
        lines = [f"  {name:<{width}} {value:>7,}" for name, value in self.facts.items()]
        for name, found in self.violations.items():
            lines.append(f"  {name:<{width}} {len(found):>7,}")
            lines += [f"      {each}" for each in found[:SHOWN]]
        return lines


def report_on(installation: Installation, crashes: int) -> Report:
    """Hold both sides against each other, when nothing moves any more."""
    evidence = gather(installation.network, installation.database)
    violations = {
        "asked the same question twice": asked_twice(evidence),
        "answers lost": answers_lost(evidence),
        "answers doubled": answers_doubled(evidence),
        "our messages lost": ours_lost(evidence),
        "their messages lost": theirs_lost(evidence),
        "texts after a STOP": texts_after_stop(evidence),
        "digests lost, or under two Message-IDs": digests_lost(evidence, installation.office),
        "STOPs not heeded": stops_unheeded(evidence),
        "wrongly completed": wrongly_completed(evidence),
        "faults of our own code": own_faults(evidence, installation.directory.glob("*.log")),
        "processes that ended by themselves": [process.name for process in installation.processes.ended],
    }
    return Report(_facts(installation, evidence, crashes), {name: sorted(found) for name, found in violations.items()})


def _facts(installation: Installation, evidence: Evidence, crashes: int) -> Mapping[str, int]:
    network, processes = installation.network, installation.processes
    states = Counter(row.state for row in evidence.texts)
    kills = {f"{role} killed": times for role, times in sorted(processes.kills.items())}
    answered = last_answers(evidence)
    return {
        "tenants": len(installation.people),
        **kills,
        "killed in all": sum(processes.kills.values()),
        "crashes of PostgreSQL": crashes,
        "messages accepted from us": len(evidence.accepted),
        "messages and taps from tenants": len(network.replies_sent),
        "STOPs": len(network.stops),
        "texts on their way when a STOP came": len(list(texts_on_their_way(evidence))),
        "answers given": len(answered),
        "answers with a person": sum(said.sid in evidence.with_a_person for said, _ in answered),
        "chats out of step": len(chats_out_of_step(evidence)),
        "tries that had to be repeated or settled": sum(
            len(row.attempts) - 1 for row in evidence.texts if row.attempts
        ),
        **{f"texts {state}": states[state] for state in OutboxState if states[state]},
        "mails taken": len(installation.office.taken()),
    }


def keep_evidence(installation: Installation) -> None:
    """Leave what the network saw, one event a line, and PostgreSQL's database beside the logs."""
    directory = installation.directory
    everything = sorted((*installation.network.messages, *installation.network.inbound), key=lambda each: each.order)
    with (directory / "network.jsonl").open("w", encoding="utf-8") as file:
        for message in everything:
            file.write(json.dumps(message.__dict__, default=str) + "\n")
    if installation.server is not None:
        address = str(installation.database.engine.url).replace("postgresql+psycopg:", "postgresql:")
        subprocess.run(
            [installation.server.programs / "pg_dump", "--file", directory / "sowhat.sql", address], check=True
        )
