"""The flows in the library: free of faults, and which languages tenants get them in."""

from collections.abc import Iterator
from pathlib import Path

from flows.check import check_file
from flows.faults import FlowError
from flows.flow import Flow
from flows.load import LIBRARY, load_flow
from flows.system_texts import SystemTexts, load_system_texts
from flows.translations import languages_fit_to_send
from service.doctor.finding import Finding, fix, ok
from service.doctor.installation import Installation
from sms.segments import count_segments


def check_flows(installation: Installation) -> Iterator[Finding]:
    """Each flow can be sent, and its drafts are named."""
    try:
        texts = load_system_texts()
    except FlowError as error:
        yield fix("system texts", f"have {len(error.faults)} faults; the first: {error.faults[0]}")
        return
    for path in sorted(LIBRARY.glob("*.yaml")):
        yield _check_flow(path, texts, live=not installation.settings.trial_mode)


def _check_flow(path: Path, texts: SystemTexts, *, live: bool) -> Finding:
    subject = f"flow {path.stem}"
    faults = check_file(path, count_segments)
    if faults:
        return fix(subject, f"has {len(faults)} faults; run: sowhat flows check")
    return _check_languages(subject, load_flow(path), texts, live=live)


def _check_languages(subject: str, flow: Flow, texts: SystemTexts, *, live: bool) -> Finding:
    reviewed = languages_fit_to_send(flow, texts, live=True)
    drafts = ", ".join(language for language in flow.languages if language not in reviewed)
    if not reviewed:
        return fix(subject, f"every translation is a draft ({drafts}); have one reviewed, then write status: reviewed")
    sent = f"tenants get it in {', '.join(reviewed)}"
    if not drafts:
        return ok(subject, sent)
    instead = "they get it in a reviewed language instead" if live else "in trial mode they are sent"
    return ok(subject, f"{sent}; drafts are not sent live: {drafts} ({instead})")
