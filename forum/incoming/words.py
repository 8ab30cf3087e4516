"""What came back, in plain words."""

from forum.i18n import _, lazy
from forum.incoming.models import DeliveryReport, ReportKind

KINDS = {
    ReportKind.HARD: lazy("Emails do not arrive: there is no such address."),
    ReportKind.SOFT: lazy("Emails do not arrive: three were returned within a week."),
    ReportKind.COMPLAINT: lazy("Marked as unwanted: no reminders, no invitations."),
}
"""Why an address is blocked."""
TROUBLES = {
    ReportKind.HARD: lazy("There is no such address. Ask for the right one."),
    ReportKind.SOFT: lazy(
        "Three emails did not arrive within a week. The mailbox may be full, or the mail"
        " service may be down. Ask for another address."
    ),
}
"""What to say and ask on the phone."""
CODES = {
    "5.1.": lazy("There is no such address."),
    "5.2.1": lazy("The mailbox is closed."),
    "5.2.2": lazy("The mailbox is full."),
    "4.2.2": lazy("The mailbox is full."),
    "5.2.3": lazy("The email is too large for the mailbox."),
    "5.3.4": lazy("The email is too large for the mail service."),
    "5.1.7": lazy("The mail service does not like our address."),
    "5.1.8": lazy("The mail service does not like our address."),
    "5.7.": lazy("The mail service refuses our emails. Tell whoever runs this service."),
    "4.7.": lazy("The mail service put our email off for too long."),
    "5.4.": lazy("The mail service cannot be found, or did not answer."),
    "4.4.": lazy("The mail service cannot be found, or did not answer."),
    "5.6.": lazy("The mail service cannot take an email like this one."),
}
"""What a code means; the longest beginning that fits counts (RFC 3463 3)."""


def said_by(report: DeliveryReport) -> str:
    """Return what became of an email, with the code that the mail service gave."""
    if report.kind == ReportKind.COMPLAINT:
        return _("Marked as unwanted by its reader.")
    fitting = [begin for begin in CODES if report.code.startswith(begin)]
    meaning = str(CODES[max(fitting, key=len)]) if fitting else _("It did not arrive.")
    if not report.code:
        return meaning
    return _("%(meaning)s (code %(code)s)", meaning=meaning, code=report.code)
