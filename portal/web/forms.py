"""What the forms of all areas share."""

import unicodedata

from flask_wtf import FlaskForm
from wtforms import Field, Form, IntegerField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, NumberRange, StopValidation
from wtforms.widgets import HiddenInput

from portal.db import LARGEST_ID
from portal.errors import Invalid

__all__ = ["PlainText", "PortalForm", "SelectChoice", "hidden_number", "one_line", "printable", "unix_lines"]

ALLOWED_CONTROLS = "\t\n\r"


class PortalForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """A form with a CSRF token that can take the complaints of an operation."""

    def complain(self, error: Invalid) -> None:
        """Put an operation's complaint beside its field, or above the form where it names none."""
        if error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, str(error)]
        else:
            self.form_errors.append(str(error))

    def give_back(self, name: str, value: object) -> None:
        """Show another value in a field than the one that was sent."""
        field = self._fields[name]
        field.data, field.raw_data = value, None


class PlainText:
    """Refuse control characters: they are invisible, and PostgreSQL cannot store NUL."""

    def __call__(self, _form: Form, field: Field) -> None:
        text = field.data or ""
        if any(unicodedata.category(character) == "Cc" and character not in ALLOWED_CONTROLS for character in text):
            raise StopValidation("This holds an invisible control character; delete it and type the text anew.")


def hidden_number(message: str) -> IntegerField:
    """Return a hidden field with an id or a version, refused with a message where it is missing or impossible."""
    return IntegerField(
        widget=HiddenInput(), validators=[InputRequired(message), NumberRange(min=1, max=LARGEST_ID, message=message)]
    )


def one_line(text: str | None) -> str:
    """Return a text on one line, without outer space."""
    return " ".join((text or "").split())


def printable(text: str) -> str:
    """Return a text without control characters, for what a client says of itself."""
    return "".join(character for character in text if unicodedata.category(character) != "Cc")


def unix_lines(text: str | None) -> str:
    """Return a text with the line ends of Unix; browsers send those of the web (HTML, section 4.10.22.8)."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")
