"""Every check, in the order they are shown: what others rest on comes first."""

from collections.abc import Callable, Iterator

from service.doctor.database_checks import check_database, check_database_server, check_durability, check_tables
from service.doctor.finding import Finding
from service.doctor.flow_checks import check_flows
from service.doctor.installation import Installation
from service.doctor.policy_checks import check_policy, check_time_zone
from service.doctor.server_checks import check_mail_server, check_public_address
from service.doctor.setting_checks import check_env_file, check_settings, check_text_sender, check_trial_mode
from service.doctor.telegram_checks import check_bot, check_chat_policy, check_groups, check_messages
from service.doctor.twilio_checks import (
    check_account,
    check_clock,
    check_inbound_webhook,
    check_opt_out_mode,
    check_sender,
)

Check = Callable[[Installation], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    check_env_file,
    check_settings,
    check_text_sender,
    check_trial_mode,
    check_database,
    check_tables,
    check_durability,
    check_database_server,
    check_public_address,
    check_account,
    check_sender,
    check_opt_out_mode,
    check_inbound_webhook,
    check_bot,
    check_groups,
    check_messages,
    check_chat_policy,
    check_clock,
    check_time_zone,
    check_mail_server,
    check_policy,
    check_flows,
)


def examine(installation: Installation) -> Iterator[Finding]:
    """Every finding about the installation, as it is found."""
    for check in CHECKS:
        yield from check(installation)
