"""Every column that says something about a person: what, why, by what right, and how long.

The page `/privacy` is made from it. A test fails on a column of any table that stands neither
here nor in `impersonal`, so nobody can begin to keep something without saying so.
"""

from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from forum.i18n import lazy
from forum.privacy import rules

AGREED = lazy("Your agreement when you register.")
ASKED = lazy("You asked for it.")
AGREED_APART = lazy("Your agreement, asked for separately.")
DUTY = lazy("Our duty to guard what you told us, and to show that we did.")
WORK = lazy("Needed for working at the desk.")
WITH_REGISTRATION = lazy(
    "Deleted with your registration: %(days)s days after the event. If you asked for the next"
    " invitation: %(months)s months after the event, or after you last said so.",
    days=rules.UNINVITED.days,
    months=rules.INVITED_MONTHS,
)
WITH_ANSWERS = lazy("Deleted %(days)s days after the event.", days=rules.ANSWERS.days)
WITH_EVENT = lazy("Deleted %(days)s days after the event.", days=rules.UNINVITED.days)
WITH_QUESTION = lazy(
    "Deleted %(days)s days after the event. A question whether we may write to you stays until"
    " someone has answered it.",
    days=rules.UNINVITED.days,
)
WITH_MESSAGES = lazy("Deleted %(days)s days after the event.", days=rules.MESSAGES.days)


@dataclass(frozen=True)
class Kept:
    """Something that we keep about people, in one or more columns: "table.column …"."""

    columns: str
    what: LazyString
    why: LazyString
    basis: LazyString
    until: LazyString


@dataclass(frozen=True)
class KeptFor:
    """What things are kept for, and who sees them."""

    key: str
    title: LazyString
    seen_by: LazyString
    kept: tuple[Kept, ...]


PLACE = KeptFor(
    "place",
    lazy("To keep your place"),
    lazy("Seen by the coordinators of the event."),
    (
        Kept(
            "registration.name registration.name_key registration.name_order registration.email"
            " registration.email_taken_at",
            lazy("Your name and email address"),
            lazy("To know whose place it is, to write to you, and to find your registration."),
            AGREED,
            WITH_REGISTRATION,
        ),
        Kept(
            "registration.event_id registration.mode registration.status"
            " registration.registered_at registration.updated_at registration.cancelled_at"
            " registration.source",
            lazy("Which event, how you take part, and since when"),
            lazy("To keep a place for you, and to give it to someone else if you cancel."),
            AGREED,
            WITH_REGISTRATION,
        ),
        Kept(
            "registration.waits_for registration.wait_no registration.wants_offers"
            " registration.short_notice registration.auto_take_until"
            " offer.registration_id offer.partner_id offer.event_id offer.mode offer.state"
            " offer.made_at offer.ends_at offer.answered_at",
            lazy("Your number on a waitlist, and places we offered you"),
            lazy("So that we ask people in turn."),
            AGREED,
            WITH_EVENT,
        ),
        Kept(
            "session_place.registration_id session_place.session_id session_place.status"
            " session_place.wait_no",
            lazy("The sessions you chose"),
            lazy("Some rooms are small. We count who comes."),
            ASKED,
            WITH_EVENT,
        ),
        Kept(
            "registration.companion_of_id registration.pair_rule"
            " registration.has_let_companion_pause",
            lazy("Who comes with you"),
            lazy("To keep two places together."),
            ASKED,
            WITH_QUESTION,
        ),
    ),
)
PREPARE = KeptFor(
    "prepare",
    lazy("To prepare for you"),
    lazy("Seen by the coordinators; we keep who looked, and when. You may leave all of it empty."),
    (
        Kept(
            "registration.phone_sealed registration.phone_code",
            lazy("Your phone number"),
            lazy("To reach you when something changes at the last moment, or instead of email."),
            ASKED,
            WITH_ANSWERS,
        ),
        Kept(
            "registration.needs_sealed registration.food_sealed registration.note_sealed",
            lazy("What you need, what you eat, and what else you told us"),
            lazy("To have it ready. Stored encrypted."),
            AGREED,
            WITH_ANSWERS,
        ),
        Kept(
            "registration.question_sealed",
            lazy("Your question for the speakers"),
            lazy("It is read out without your name. Stored encrypted."),
            ASKED,
            WITH_ANSWERS,
        ),
        Kept(
            "registration.roles registration.is_first_time registration.wants_certificate",
            lazy("Whether you come as a patient, with someone, or for your work"),
            lazy("To plan sessions and certificates. You do not have to say."),
            AGREED,
            WITH_EVENT,
        ),
    ),
)
WRITE = KeptFor(
    "write",
    lazy("To write to you the way you want"),
    lazy("Seen by the coordinators. The texts of emails are not kept."),
    (
        Kept(
            "registration.language registration.timezone registration.quiet_days"
            " registration.wants_reminders registration.is_discreet",
            lazy("Your language, time zone, and when and how openly we may write"),
            lazy("To write at a good hour, and so that nobody else learns why."),
            ASKED,
            WITH_REGISTRATION,
        ),
        Kept(
            "registration.care_state registration.care_until",
            lazy("Whether you asked for no emails, and until when"),
            lazy("So that we respect your pause. We do not keep a reason."),
            ASKED,
            WITH_REGISTRATION,
        ),
        Kept(
            "registration.public_id registration.link_version registration.feed_version"
            " registration.form_key registration.uid",
            lazy("The random numbers in your personal links and your calendar"),
            lazy("So that your link opens your registration, and no other link does."),
            AGREED,
            WITH_REGISTRATION,
        ),
        Kept(
            "message.email message.registration_id message.organizer_id message.facts"
            " message.dedupe_key message.state message.attempts message.due_at"
            " message.useful_until message.created_at message.sent_at message.returned_at"
            " message.strayed_at"
            " message.has_invitation message.mark",
            lazy("Which emails were sent to you, and when"),
            lazy("So that you get each of them once."),
            AGREED,
            WITH_MESSAGES,
        ),
        Kept(
            "message.reason",
            lazy("Why an email was not sent, or what your mail service answered"),
            lazy("To find out why an email did not arrive."),
            AGREED,
            WITH_ANSWERS,
        ),
        Kept(
            "delivery_report.message_id delivery_report.kind delivery_report.code"
            " delivery_report.source delivery_report.address_hash delivery_report.once"
            " delivery_report.at",
            lazy("That an email did not reach you, and the code your mail service gave"),
            lazy("To call you when emails do not reach you."),
            AGREED,
            WITH_MESSAGES,
        ),
        Kept(
            "calendar_reply.registration_id calendar_reply.answer calendar_reply.sequence"
            " calendar_reply.once calendar_reply.at",
            lazy("What your calendar said to our invitation"),
            lazy("To ask you whether you want to cancel. Nothing is canceled by itself."),
            AGREED,
            WITH_EVENT,
        ),
        Kept(
            "address_change.registration_id address_change.public_id address_change.new_email"
            " address_change.old_email address_change.created_at address_change.expires_at"
            " address_change.done_at",
            lazy("A new email address, and the one before"),
            lazy("To ask the new one, and to tell the old one."),
            ASKED,
            lazy("Deleted %(days)s days later.", days=rules.ADDRESS_CHANGES.days),
        ),
        Kept(
            "task.registration_id task.kind task.about task.was task.dedupe_key task.created_at"
            " task.done_at task.done_by_id task.owner_id task.tried task.tried_at",
            lazy("That someone here should call you, and who did"),
            lazy("To tell people without email what others read in it."),
            AGREED,
            WITH_QUESTION,
        ),
        Kept(
            "task.notes_sealed",
            lazy("What we noted when we called you"),
            lazy("So that whoever calls next knows it. Stored encrypted."),
            AGREED,
            WITH_ANSWERS,
        ),
    ),
)
PROMISES = KeptFor(
    "promises",
    lazy("To keep our promises to you"),
    lazy("The coordinators see this. Nobody sees the codes."),
    (
        Kept(
            "consent.registration_id consent.purpose consent.text_version consent.language"
            " consent.given_at consent.withdrawn_at",
            lazy("What you agreed to, in which words, and whether you took it back"),
            lazy("To do what you agreed to and nothing else, such as inviting you again."),
            AGREED_APART,
            WITH_REGISTRATION,
        ),
        Kept(
            "audit_entry.at audit_entry.action audit_entry.organizer_id audit_entry.subject_kind"
            " audit_entry.subject_id audit_entry.facts",
            lazy(
                "What was done with your registration, and who looked at what you told us: when,"
                " and which of us"
            ),
            lazy(
                "So that we can find mistakes, and answer for what we did. No names or answers are"
                " written there."
            ),
            DUTY,
            lazy(
                "When your registration is deleted, nothing links this to you any more. The"
                " rest is deleted after six years."
            ),
        ),
        Kept(
            "tombstone.public_id_hash tombstone.erased_at",
            lazy("A code for everyone who was erased"),
            lazy(
                "So that nobody comes back when a backup is restored. No name or address can be"
                " read from it."
            ),
            DUTY,
            lazy("Kept as long as there are backups, and so for good."),
        ),
        Kept(
            "suppression.person_hash suppression.doubt_hash suppression.created_at",
            lazy("A code for each person who has died"),
            lazy(
                "So that their family never gets an email from us for them. Nobody can read a"
                " name or address from it."
            ),
            DUTY,
            lazy("Kept for good: the promise has no end."),
        ),
        Kept(
            "address_block.address_hash address_block.kind address_block.since",
            lazy("A code for an address that our emails do not reach, or that does not want them"),
            lazy("So that we stop writing to it. No name or address can be read from it."),
            DUTY,
            lazy(
                "Until someone says that the address is right. Or until nobody who reads it"
                " is still registered."
            ),
        ),
        Kept(
            "attempt.purpose attempt.subject attempt.at",
            lazy("A code for the address or connection that asked for something"),
            lazy("So that nobody can flood you with emails in our name."),
            DUTY,
            lazy("Deleted after a day."),
        ),
    ),
)
DESK = KeptFor(
    "desk",
    lazy("From those who work for the event"),
    lazy("Seen by the organizers. Everyone can see the speakers in the program."),
    (
        Kept(
            "organizer.email organizer.name organizer.role organizer.is_active"
            " organizer.language organizer.created_at organizer.has_had_passkey"
            " organizer.passkey_allowed_until",
            lazy("Organizers: name, address, and what each may do"),
            lazy("To let them in, and nobody else."),
            WORK,
            lazy("As long as the history names them."),
        ),
        Kept(
            "sign_in.organizer_id sign_in.token_hash sign_in.created_at sign_in.last_seen_at"
            " sign_in.expires_at sign_in.passkey_at sign_in.ended_at sign_in_link.organizer_id"
            " sign_in_link.public_id sign_in_link.created_at sign_in_link.expires_at"
            " sign_in_link.used_at",
            lazy("Organizers: when they signed in"),
            lazy("So that they can end what was left open elsewhere."),
            WORK,
            lazy("Deleted %(days)s days after it ended.", days=rules.SIGN_INS.days),
        ),
        Kept(
            "kept_form.key_hash kept_form.organizer_id kept_form.content_sealed"
            " kept_form.kept_until",
            lazy("What someone typed into a form that could not be taken: encrypted"),
            lazy("So that it comes back, in the same browser, and nothing has to be typed again."),
            WORK,
            lazy("Nobody can read it after an hour; deleted within the next."),
        ),
        Kept(
            "passkey.organizer_id passkey.credential_id passkey.public_key passkey.sign_count"
            " passkey.name passkey.created_at passkey.last_used_at",
            lazy("Organizers: the public half of their passkeys"),
            lazy("To know their devices. Fingerprints and faces stay on the device."),
            WORK,
            lazy("Until they remove it."),
        ),
        Kept(
            "invite_link.event_id invite_link.public_id invite_link.label invite_link.lifts"
            " invite_link.uses_left invite_link.used invite_link.expires_at"
            " invite_link.organizer_id invite_link.created_at invite_link.revoked_at",
            lazy("Links for people who register early or late, and who made them"),
            lazy("So that someone can be let in who could not register in time."),
            ASKED,
            lazy("Deleted %(days)s days after the event.", days=rules.UNINVITED.days),
        ),
        Kept(
            "speaker.name speaker.role speaker.in_spanish"
            " appearance.session_id appearance.speaker_id",
            lazy("Speakers: name, role and sessions"),
            lazy("To say who speaks."),
            lazy("Agreed with each of them."),
            lazy("As long as the program is shown."),
        ),
    ),
)
PURPOSES = (PLACE, PREPARE, WRITE, PROMISES, DESK)


def personal_columns() -> list[str]:
    """Return every personal column as "table.column", in the order of the page."""
    return [
        column for purpose in PURPOSES for kept in purpose.kept for column in kept.columns.split()
    ]
