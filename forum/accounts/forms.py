"""What organizers enter about themselves."""

from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import Email, InputRequired, Length

from forum.addresses import LONGEST_ADDRESS
from forum.i18n import lazy
from forum.web.forms import Form, tidy, tidy_email


class SignInForm(Form):
    """Where to send a sign-in link."""

    email = EmailField(
        lazy("Email address"),
        [
            InputRequired(lazy("Enter your email address")),
            Length(max=LONGEST_ADDRESS, message=lazy("Enter a shorter email address")),
            Email(lazy("Enter an email address like name@example.org")),
        ],
        filters=[tidy_email],
        description=lazy("The email address with which you were added as an organizer."),
        render_kw={"autocomplete": "email webauthn"},
    )


class NewPasskeyForm(Form):
    """A device's answer, filled in by our script, and what to call the device."""

    credential = HiddenField(validators=[InputRequired(), Length(max=20_000)])
    name = StringField(
        lazy("Name of this device"),
        [Length(max=60, message=lazy("Use 60 characters or fewer"))],
        filters=[tidy],
        description=lazy("So that you know it again, such as “my laptop”."),
        render_kw={"autocomplete": "off"},
    )
