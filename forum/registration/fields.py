"""Fields that clean and check what people type, in sentences that help."""

from email_validator import EmailNotValidError, validate_email
from wtforms import EmailField, Field, Form, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, StopValidation

from forum.addresses import LONGEST_ADDRESS, UnusableAddress, envelope_address
from forum.i18n import _, lazy
from forum.names import can_be_seen
from forum.phones import meanings, whole
from forum.web.forms import tidy_email, tidy_lines, tidy_name

LONGEST_NAME = 200
LONGEST_TEXT = 2000


class EmailAddress:
    """Accepts what a mail server takes. Domains may have any letters (IDNA 2008, RFC 5891)."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Put the tidy form of the address in its place. Raises ValidationError."""
        if not field.data or field.errors:
            return
        local = field.data.rpartition("@")[0]
        if local and not local.isascii():
            raise ValidationError(
                _("Before the @, use only letters from a to z, numbers and signs, without accents")
            )
        try:
            found = validate_email(field.data, check_deliverability=False, allow_smtputf8=False)
            envelope_address(found.normalized)
        except (EmailNotValidError, UnusableAddress):
            raise ValidationError(_("Enter an email address like name@example.org")) from None
        field.data = found.normalized.lower()


class Visible:
    """Accepts a name in which there is something to be seen."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise StopValidation where something was typed, and nothing of it can be seen."""
        typed = "".join(str(each) for each in field.raw_data or ())
        if typed.strip() and not can_be_seen(field.data or ""):
            raise StopValidation(_("Enter a name that can be seen"))


class PhoneNumber:
    """Accepts a number that can be called, with what is said beside it, and keeps all of it.

    A form without a field for the time zone has it as `zone`.
    """

    def __call__(self, form: Form, field: Field) -> None:
        """Put what is kept in its place (`forum.phones`). Raises ValidationError."""
        if not field.data or field.errors:
            return
        is_as_before = field.data == field.object_data
        zone = form["timezone"].data if "timezone" in form else getattr(form, "zone", "")
        kept = meanings(field.data, "" if is_as_before else zone or "")
        if not kept:
            raise ValidationError(
                _("Enter a phone number like 617-555-0142, or +44 20 7946 0958 from abroad")
            )
        if len(kept) > 1:
            home, there = map(whole, kept)
            raise ValidationError(
                _(
                    "Is it %(home)s or %(there)s? Type it again with its + and country code.",
                    home=home,
                    there=there,
                )
            )
        [field.data] = kept


class PhoneField(StringField):
    """A phone number, shown again as it was typed, whatever is kept of it."""

    def _value(self) -> str:
        typed = self.raw_data[0] if self.raw_data else None
        return str(typed if typed is not None else self.data or "")


def name_field(label: str, autocomplete: str, required: str = "") -> StringField:
    """Return a field for a person's name; `required` is what is said when it is empty."""
    checks = [Visible(), *([DataRequired(required)] if required else [])]
    too_long = Length(max=LONGEST_NAME, message=lazy("Use 200 characters or fewer"))
    return StringField(
        label, [*checks, too_long], filters=[tidy_name], render_kw={"autocomplete": autocomplete}
    )


def email_field(label: str, description: str, autocomplete: str, required: str = "") -> EmailField:
    """Return a field for an email address; `required` is what is said when it is empty."""
    checks = [DataRequired(required)] if required else []
    too_long = Length(max=LONGEST_ADDRESS, message=lazy("Enter a shorter email address"))
    return EmailField(
        label,
        [*checks, too_long, EmailAddress()],
        filters=[tidy_email],
        description=description,
        render_kw={"autocomplete": autocomplete, "spellcheck": "false"},
    )


def text_field(label: str, description: str = "") -> TextAreaField:
    """Return a field for an answer in a person's own words."""
    too_long = Length(max=LONGEST_TEXT, message=lazy("Use 2,000 characters or fewer"))
    return TextAreaField(
        label, [too_long], filters=[tidy_lines], description=description, render_kw={"rows": 3}
    )
