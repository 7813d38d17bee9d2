"""Forms about accounts."""

from zoneinfo import available_timezones

from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from portal.accounts.domain import EMAIL_LENGTH, PASSWORD_LENGTH, USERNAME_LENGTH
from portal.web.forms import PlainText, PortalForm, SelectChoice

LONGEST_PASSWORD = PASSWORD_LENGTH[1]


class RegistrationForm(PortalForm):
    """A new account."""

    username = StringField(
        "Name",
        [
            InputRequired("Choose a name."),
            PlainText(),
            Length(max=USERNAME_LENGTH[1], message="Too long."),
        ],
        description="Others see it beside your notes. Letters, digits, dots, hyphens, underscores; 3 to 40 characters.",
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    email = EmailField(
        "E-mail",
        [InputRequired("Give an e-mail address."), PlainText(), Length(max=EMAIL_LENGTH, message="Too long.")],
        description="Nobody but you and the admins sees it.",
        render_kw={"autocomplete": "email"},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Choose a password.")],
        description="At least 12 characters. Four or five words in a row do well; no digits or signs are asked for.",
        render_kw={"autocomplete": "new-password"},
    )
    confirm = PasswordField(
        "Password again",
        [InputRequired("Type the password a second time.")],
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(PortalForm):
    """Name or e-mail, and password."""

    identifier = StringField(
        "Name or e-mail",
        [InputRequired("Type your name or e-mail address."), Length(max=EMAIL_LENGTH, message="This is too long.")],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Type your password."), Length(max=LONGEST_PASSWORD, message="This is too long.")],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(PortalForm):
    """A new password for the signed-in person."""

    current = PasswordField(
        "Current password",
        [InputRequired("Type your current password."), Length(max=LONGEST_PASSWORD, message="This is too long.")],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        "New password", [InputRequired("Choose a new password.")], render_kw={"autocomplete": "new-password"}
    )
    confirm = PasswordField(
        "New password again",
        [InputRequired("Type the new password a second time.")],
        render_kw={"autocomplete": "new-password"},
    )


class TimeZoneForm(PortalForm):
    """The zone in which one reads times."""

    time_zone = SelectField("Time zone", choices=[SelectChoice(name) for name in sorted(available_timezones())])


class EmptyForm(PortalForm):
    """A button and its token."""
