"""A slip in an email address is asked about; an address that looks right never is."""

import pytest

from forum.registration.register.likely_rules import KNOWN, REAL, likely


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gmailcom", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmial.con", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmal.com", "hotmail.com"),
        ("hotmail.cmo", "hotmail.com"),
        ("yahooo.com", "yahoo.com"),
        ("yaho.com", "yahoo.com"),
        ("yhaoo.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("iclould.com", "icloud.com"),
        ("comcast.ent", "comcast.net"),
        ("hotmail.ess", "hotmail.es"),
        ("hospital.ogr", "hospital.org"),
        ("clinic.example.con", "clinic.example.com"),
        ("university.eud", "university.edu"),
    ],
)
def test_what_was_meant_is_asked_about(typed, meant):
    assert likely(f"ada@{typed}") == f"ada@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        *sorted(REAL),
        *("people.example", "lantern.example", "mail.example", "hospital.org", "aon.com"),
        *("ao.com", "cox.com", "att.com", "gm.com", "yahoo.company", "correo.es", "example.museum"),
    ],
)
def test_an_address_that_looks_right_is_asked_about_by_nobody(domain):
    assert likely(f"ada@{domain}") is None


@pytest.mark.parametrize("text", ["", "ada", "@", "ada@", "ada@com"])
def test_what_is_no_address_is_not_guessed_at(text):
    assert likely(text) is None


def test_no_domain_that_has_mailboxes_is_a_slip_for_another():
    assert {domain: likely(f"a@{domain}") for domain in REAL} == dict.fromkeys(REAL)
    assert set(KNOWN) <= REAL
