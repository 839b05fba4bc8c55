"""Which languages a flow can be sent in: a draft translation never goes to tenants for real."""

from flows.flow import Flow
from flows.system_texts import SystemTexts

FALLBACK_LANGUAGE = "en"


class NoLanguageFitError(ValueError):
    """No translation of a flow has been reviewed, so it cannot be sent for real."""


def languages_fit_to_send(flow: Flow, texts: SystemTexts, live: bool) -> tuple[str, ...]:
    """The languages in which every text a tenant may get can be sent, in the flow's order.

    Args:
        flow: the flow; its `languages` say which of its translations are reviewed.
        texts: the system texts, whose translations have a status of their own.
        live: whether tenants get the messages. When it is false (the demo, trial mode), drafts are fit too.
    """
    return tuple(
        language
        for language, translation in flow.languages.items()
        if language in texts.by_language
        and (not live or (translation.status == "reviewed" and texts.is_reviewed(language)))
    )


def language_for(flow: Flow, texts: SystemTexts, wanted: str, live: bool) -> str:
    """The language to begin a conversation in: `wanted` where it is fit to send, else English, else any that is.

    Raises:
        NoLanguageFitError: no language of the flow is fit to send.
    """
    fit = languages_fit_to_send(flow, texts, live)
    if not fit:
        raise NoLanguageFitError(
            f"no translation of the flow '{flow.flow}' is reviewed: have one read by somebody who speaks the language, "
            "then write status: reviewed for it in the flow file and in the system texts"
        )
    if wanted in fit:
        return wanted
    return FALLBACK_LANGUAGE if FALLBACK_LANGUAGE in fit else fit[0]
