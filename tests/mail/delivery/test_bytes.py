"""A letter as bytes: what mail and calendar programs rely on, whatever names people have."""

import email
import email.policy
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.utils import getaddresses, parseaddr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.addresses import UnusableAddress, one_line
from forum.emails import mime
from forum.emails.letter import CalendarPart, Mailbox

INVITATION = CalendarPart(
    "REQUEST", "BEGIN:VCALENDAR\r\nSUMMARY:患者\r\nEND:VCALENDAR\r\n".encode()
)
HEADERS = [
    "Date",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
]
NASTY = [
    "Ada\r\nBcc: spy@evil.example",
    "Ada\nBcc: spy@evil.example",
    "Ada\u2028Bcc: spy@evil.example",
    "Ada\u2029Bcc: spy@evil.example",
    "Ada\u0085Bcc: spy@evil.example",
    "Ada\x0bBcc: spy@evil.example",
    "=?utf-8?q?Ada=0ABcc:_spy@evil.example?=",
    "=?utf-8?q?Ada=2C_spy=40evil.example?=",
    'Ada "The Countess" <spy@evil.example>',
    "Trialrun, Ada, spy@evil.example",
    "Zażółć gęślą jaźń María José " * 8,
    "Ada" * 100,
    "患者さん\ud800\x00\x07",
    "Ada\x00\x07\x1b[31m",
    "\\",
    "",
]


def parsed(letter) -> email.message.EmailMessage:
    return email.message_from_bytes(mime.as_bytes(letter), policy=email.policy.default)


def outline(part) -> list:
    kind = part.get_content_type()
    return [kind, *map(outline, part.iter_parts())] if part.is_multipart() else kind


def test_a_letter_has_plain_text_first_and_html_last(letter):
    assert outline(parsed(letter)) == ["multipart/alternative", "text/plain", "text/html"]


def test_an_invitation_is_an_alternative_and_the_same_bytes_as_a_file(letter):
    message = parsed(replace(letter, calendar=INVITATION))
    assert outline(message) == [
        "multipart/mixed",
        ["multipart/alternative", "text/plain", "text/html", "text/calendar"],
        "text/calendar",
    ]
    alternative, attachment = message.iter_parts()
    inline = list(alternative.iter_parts())[-1]
    assert inline.get_payload(decode=True) == INVITATION.content
    assert attachment.get_payload(decode=True) == INVITATION.content
    assert inline.get_param("method") == attachment.get_param("method") == "REQUEST"
    assert inline["Content-Disposition"] is None
    assert attachment.get_filename() == "invite.ics"


def test_every_part_is_seven_bit_in_lines_of_at_most_76(letter):
    long = replace(letter, html=f"<p>{'ü' * 5000}</p>", text="ü " * 3000, calendar=INVITATION)
    octets = mime.as_bytes(long)
    assert max(octets) < 128
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert max(map(len, octets.split(b"\r\n"))) <= 76


def test_the_text_comes_back_as_it_was_written(letter):
    text = "Señora,\n.\n..two dots\nFrom here\n  indented \nlast\n"
    message = parsed(replace(letter, text=text))
    plain = message.get_body(("plain",))
    assert plain.get_content().replace("\r\n", "\n") == text


def test_each_header_is_there_once_and_no_other(letter):
    assert parsed(letter).keys() == HEADERS


def test_the_headers_say_what_servers_and_programs_ask_for(letter):
    message = parsed(letter)
    assert message["Date"] == "Thu, 22 Apr 2027 14:00:00 +0000"
    assert message["From"] == "Lantern <events@lantern.example>"
    assert message["To"] == '"Ada Q. Trialrun" <ada@people.example>'
    assert message["Reply-To"] == "Lantern <hello@lantern.example>"
    assert message["Message-ID"] == "<reminder.0123@lantern.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"


def test_a_reminder_can_be_stopped_with_one_click(letter):
    message = parsed(replace(letter, unsubscribe_url="https://forum.example/unsubscribe/T0k"))
    assert message["List-Unsubscribe"] == "<https://forum.example/unsubscribe/T0k>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("name", NASTY)
def test_no_name_makes_another_recipient_or_another_header(letter, name):
    octets = mime.as_bytes(replace(letter, to=Mailbox(name, "ada@people.example")))
    for policy in (email.policy.default, email.policy.compat32, email.policy.SMTP):
        message = email.message_from_bytes(octets, policy=policy)
        assert message.keys() == HEADERS
        assert [address for _, address in getaddresses([message["To"]])] == ["ada@people.example"]
        assert message["Bcc"] is None
    assert max(map(len, octets.split(b"\r\n"))) <= 78
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", octets)


@pytest.mark.parametrize("subject", NASTY)
def test_no_title_makes_another_header(letter, subject):
    octets = mime.as_bytes(replace(letter, subject=subject))
    for policy in (email.policy.default, email.policy.compat32):
        assert email.message_from_bytes(octets, policy=policy).keys() == HEADERS


@pytest.mark.parametrize("length", [40, 62, 63, 64, 65, 66, 67, 68, 120, 400])
def test_plain_words_are_folded_at_spaces_however_long_and_never_encoded(letter, length):
    words = ("Your place on Saturday, April 24, 2027: Lantern spring day " * 8)[:length].strip()
    octets = mime.as_bytes(replace(letter, subject=words, sender=Mailbox(words, "a@b.example")))
    head = octets.partition(b"\r\n\r\n")[0]
    assert b"=?" not in head
    assert max(map(len, head.split(b"\r\n"))) <= 76
    message = email.message_from_bytes(octets, policy=email.policy.default)
    assert (message["Subject"], message["From"].addresses[0].display_name) == (words, words)


def test_a_word_that_no_line_holds_is_encoded(letter):
    octets = mime.as_bytes(replace(letter, subject="x" * 90))
    assert max(map(len, octets.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 76
    assert parsed(replace(letter, subject="x" * 90))["Subject"] == "x" * 90


@pytest.mark.parametrize(
    "name", ["Zażółć gęślą jaźń " * 12, "患者さん", "Ada, Countess", 'Ada "A" L.', "=?utf-8?q?A?="]
)
def test_a_name_is_read_as_it_was_typed(letter, name):
    octets = mime.as_bytes(replace(letter, to=Mailbox(name, "ada@people.example")))
    shown, _ = parseaddr(email.message_from_bytes(octets)["To"])
    assert str(make_header(decode_header(shown))) == name.strip()


def test_a_domain_of_another_script_is_written_by_idna_2008(letter):
    message = parsed(replace(letter, to=Mailbox("Ada", "ada@faß.de")))
    assert message["To"].addresses[0].addr_spec == "ada@xn--fa-hia.de"


@pytest.mark.parametrize(
    "address",
    [
        "josé@people.example",
        "ada@",
        "@people.example",
        "ada",
        "ada\r\nBcc: x@evil.example",
        "a@b@people.example",
        "ada,spy@evil.example",
        "ada@exa mple.org",
        "ada@-.example",
        f"{'a' * 250}@people.example",
    ],
)
def test_an_address_that_no_server_takes_is_refused_in_plain_words(letter, address):
    with pytest.raises(UnusableAddress, match=r"^The .*\.$"):
        mime.as_bytes(replace(letter, to=Mailbox("Ada", address)))


def test_the_same_letter_is_the_same_bytes(letter):
    assert mime.as_bytes(letter) == mime.as_bytes(replace(letter))


ANY_TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\r\n\x0b\x85\u2028\u2029=?,;<>@")
)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(name=ANY_TEXT, subject=ANY_TEXT, sender=ANY_TEXT)
def test_whatever_is_typed_there_is_one_recipient_and_no_other_header(
    letter, name, subject, sender
):
    octets = mime.as_bytes(
        replace(
            letter,
            to=Mailbox(name, "ada@people.example"),
            sender=Mailbox(sender, "events@lantern.example"),
            subject=subject,
        )
    )
    for policy in (email.policy.default, email.policy.compat32):
        message = email.message_from_bytes(octets, policy=policy)
        assert message.keys() == HEADERS
        assert not message.defects
        assert [address for _, address in getaddresses([str(message["To"])])] == [
            "ada@people.example"
        ]
    unfolded = re.sub(r"\r?\n(?= )", "", email.message_from_bytes(octets)["Subject"])
    read = str(make_header(decode_header(unfolded)))
    assert read == one_line(subject)
    assert len(f"x{read}x".splitlines()) == 1


def test_an_invitation_says_that_it_goes_to_a_list_and_how_to_leave_it(letter):
    link = "https://forum.example/unsubscribe/T0k"
    message = parsed(replace(letter, unsubscribe_url=link, list_id="invitations.lantern.example"))
    assert message.keys() == [
        *HEADERS[:-1],
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "List-Id",
        "Precedence",
        "Content-Type",
    ]
    assert message["List-Id"] == "<invitations.lantern.example>"
    assert message["Precedence"] == "bulk"
