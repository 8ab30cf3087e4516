"""What was done, as a sentence: who did it, and to what. What differs stands behind it."""

from forum.audit.models import Action
from forum.care.models import TaskKind
from forum.care.rules import GONE
from forum.db import Facts
from forum.i18n import lazy
from forum.registration.models import CareState

SENTENCES = {
    Action.REGISTERED: lazy("%(who)s registered %(what)s."),
    Action.REGISTERED_BY_PHONE: lazy("%(who)s registered %(what)s, who was on the phone."),
    Action.MODE_CHANGED: lazy("%(who)s changed how %(what)s takes part."),
    Action.CANCELLED: lazy("%(who)s canceled the place of %(what)s."),
    Action.GIVEN_BACK: lazy("%(who)s gave %(what)s the canceled place back."),
    Action.PROMOTED: lazy("%(who)s gave %(what)s a place."),
    Action.OFFERED: lazy("%(who)s offered a place to %(what)s."),
    Action.OFFER_ACCEPTED: lazy("%(who)s took the offered place for %(what)s."),
    Action.OFFER_DECLINED: lazy("%(who)s declined the offered place for %(what)s."),
    Action.OFFER_LAPSED: lazy("%(who)s ended the offer to %(what)s."),
    Action.WAITING_CHANGED: lazy("%(who)s changed how %(what)s is waiting."),
    Action.SESSIONS_CHOSEN: lazy("%(who)s chose sessions for %(what)s."),
    Action.COMPANION_ADDED: lazy("%(who)s added a companion for %(what)s."),
    Action.ANSWERS_CHANGED: lazy("%(who)s changed answers of %(what)s."),
    Action.ADDRESS_ASKED: lazy("%(who)s asked to change the email address of %(what)s."),
    Action.ADDRESS_CHANGED: lazy("%(who)s changed the email address of %(what)s."),
    Action.LINK_RENEWED: lazy("%(who)s renewed the personal link of %(what)s."),
    Action.FEED_RENEWED: lazy("%(who)s renewed the calendar address of %(what)s."),
    Action.CONSENT_CHANGED: lazy("%(who)s changed an agreement of %(what)s."),
    Action.ERASED: lazy("%(who)s erased someone from %(what)s."),
    Action.CARE_CHANGED: lazy("%(who)s changed the care state of %(what)s."),
    Action.TASK_DONE: lazy("%(who)s finished a call or a question about %(what)s."),
    Action.TASK_TRIED: lazy("%(who)s called %(what)s and did not reach them."),
    Action.TASK_REOPENED: lazy("%(who)s put the call to %(what)s back on the list."),
    Action.INVITE_LINK_MADE: lazy("%(who)s made the invite link %(what)s."),
    Action.INVITE_LINK_REVOKED: lazy("%(who)s ended the invite link %(what)s."),
    Action.PROGRAMME_LOADED: lazy("%(who)s loaded a program file."),
    Action.EVENT_PUBLISHED: lazy("%(who)s published %(what)s."),
    Action.EVENT_UNPUBLISHED: lazy("%(who)s unpublished %(what)s."),
    Action.EVENT_CANCELLED: lazy("%(who)s canceled %(what)s."),
    Action.EVENT_CHANGED: lazy("%(who)s changed %(what)s."),
    Action.EVENT_WENT_ONLINE: lazy("%(who)s moved all of %(what)s online."),
    Action.EVENT_POSTPONED: lazy("%(who)s postponed %(what)s."),
    Action.PROMISE_KEPT: lazy("%(who)s said that the promise of recordings of %(what)s is kept."),
    Action.PROMISE_MOVED: lazy("%(who)s gave a new date for the recordings of %(what)s."),
    Action.PROMISE_REOPENED: lazy("%(who)s said that the recordings of %(what)s are still due."),
    Action.WALLS_KEPT: lazy("%(who)s kept the times of %(what)s over a change of zone law."),
    Action.PURGE_ALLOWED: lazy("%(who)s allowed old data of %(what)s to be deleted."),
    Action.NOTICE_SENT: lazy("%(who)s sent a notice about %(what)s."),
    Action.ROOM_CHANGED: lazy("%(who)s changed the room %(what)s."),
    Action.REMINDER_ADDED: lazy("%(who)s added a reminder for %(what)s."),
    Action.REMINDER_CHANGED: lazy("%(who)s changed a reminder for %(what)s."),
    Action.REMINDER_REMOVED: lazy("%(who)s removed a reminder for %(what)s."),
    Action.INVITATIONS_SENT: lazy("%(who)s sent invitations to %(what)s."),
    Action.ADDRESS_BLOCKED: lazy("%(who)s stopped emails to the address of %(what)s."),
    Action.ADDRESS_UNBLOCKED: lazy("%(who)s allowed emails to the address of %(what)s again."),
    Action.CALENDAR_REPLIED: lazy("%(who)s noted an answer from the calendar of %(what)s."),
    Action.SESSION_ADDED: lazy("%(who)s added %(what)s to the agenda."),
    Action.SESSION_CHANGED: lazy("%(who)s changed %(what)s."),
    Action.SESSION_CANCELLED: lazy("%(who)s canceled %(what)s."),
    Action.SESSION_RESTORED: lazy("%(who)s put %(what)s back on the agenda."),
    Action.CAPACITY_CHANGED: lazy("%(who)s changed the number of places at %(what)s."),
    Action.MESSAGE_RETRIED: lazy("%(who)s tried an email to %(what)s again."),
    Action.MAIL_STOPPED: lazy("%(who)s stopped all emails."),
    Action.MAIL_RESUMED: lazy("%(who)s let emails leave again."),
    Action.EXPORTED: lazy("%(who)s downloaded or printed a list from %(what)s."),
    Action.SIGNED_IN: lazy("%(who)s signed in."),
    Action.SIGNED_OUT: lazy("%(who)s signed out."),
    Action.PASSKEY_ADDED: lazy("%(who)s added a passkey."),
    Action.PASSKEY_REMOVED: lazy("%(who)s removed a passkey."),
    Action.PASSKEY_ALLOWED: lazy("%(who)s let %(what)s add a new passkey."),
    Action.LOOKED_AT: lazy("%(who)s looked at what %(what)s told us."),
    Action.ORGANIZER_ADDED: lazy("%(who)s let %(what)s work at the desk."),
    Action.ORGANIZER_CHANGED: lazy("%(who)s changed what %(what)s may do at the desk."),
}
"""By deed. Without an organizer, the deed is named as it is in the list to choose from."""
TASKS_DONE = {
    TaskKind.CALL: lazy("%(who)s called %(what)s."),
    TaskKind.ASK_COMPANION: lazy("%(who)s asked %(what)s what they want from us."),
    TaskKind.CHECK_PERSON: lazy("%(who)s found out who %(what)s is."),
}
"""What was done of what waited for a human, by its kind."""
CARE_BEGINS = {
    **dict.fromkeys(GONE, lazy("%(who)s noted that %(what)s has died.")),
    CareState.HELD: lazy("%(who)s put %(what)s on hold."),
    CareState.PAUSED: lazy("%(who)s paused emails to %(what)s."),
}
"""What came over her, by her care state now."""
CARE_ENDS = {
    **dict.fromkeys(GONE, lazy("%(who)s noted that %(what)s is alive.")),
    CareState.HELD: lazy("%(who)s ended the hold on %(what)s."),
    CareState.PAUSED: lazy("%(who)s ended the pause of %(what)s."),
}
"""What is over for somebody who is active now, by her care state before."""


def sentence(action: Action, facts: Facts) -> object:
    """Return the sentence of a deed: of a call or of care, the one for what was done."""
    if action == Action.TASK_DONE:
        return TASKS_DONE.get(facts.get("kind", ""), SENTENCES[action])
    if action == Action.CARE_CHANGED:
        before, after = facts.get("from", ""), facts.get("to", "")
        ends = after == CareState.ACTIVE
        said = CARE_ENDS.get(before) if ends else CARE_BEGINS.get(after)
        return said or SENTENCES[action]
    return SENTENCES[action]
