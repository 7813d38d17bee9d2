"""Forms of contributions."""

import secrets

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Regexp

from portal.contributions.domain import Proposal
from portal.roadmap.domain import Roadmap
from portal.web.forms import PlainText, PortalForm, SelectChoice, hidden_number, one_line, unix_lines


def title_field() -> StringField:
    """Return the field of a note's title."""
    return StringField("Title", [PlainText()], description="What a reader will learn from it; 4 to 120 characters.")


def summary_field(description: str) -> StringField:
    """Return the field of a summary."""
    return StringField("Summary", [PlainText()], description=description)


class ContributionForm(PortalForm):
    """What every contribution has: its text, and what to do with it."""

    body = TextAreaField(
        "Text",
        [PlainText()],
        filters=[unix_lines],
        description="Markdown: ## for headings, three backticks around code, [text](address) for links.",
        render_kw={"rows": 20, "spellcheck": "true"},
    )
    action = HiddenField(validators=[Regexp(r"(preview|draft|submit)\Z", message="Preview, keep or submit it.")])

    @property
    def wants_preview(self) -> bool:
        return bool(self.action.data == "preview")

    @property
    def keeps_draft(self) -> bool:
        return bool(self.action.data == "draft")

    @property
    def wants_review(self) -> bool:
        return bool(self.action.data == "submit")


class NewContributionForm(ContributionForm):
    """A form which makes one contribution, however often it is sent."""

    form_id = HiddenField(default=lambda: secrets.token_urlsafe(16), validators=[Regexp(r"[\w-]{0,64}\Z")])

    @property
    def key(self) -> str:
        """The name of this form; one that came without gets a new one."""
        return self.form_id.data or secrets.token_urlsafe(16)


class NoteForm(NewContributionForm):
    """A note under a topic."""

    topic = SelectField("Topic", [InputRequired("Choose the topic that the note belongs to.")])
    title = title_field()
    summary = summary_field("One sentence for lists and search; 10 to 300 characters.")

    def offer_topics(self, roadmap: Roadmap) -> None:
        """Offer all topics of the roadmap, grouped by stage."""
        self.topic.choices = [
            SelectChoice(topic.slug, topic.title, optgroup=f"{stage.number}. {stage.title}")
            for stage in roadmap.stages
            for topic in stage.topics
        ]

    def proposal(self) -> Proposal:
        """Return the words as they will be kept."""
        return Proposal(one_line(self.title.data), one_line(self.summary.data), note_body(self.body.data))


class ChangeForm(NewContributionForm):
    """A change of a lesson, from a known revision."""

    summary = summary_field("What you changed, and why; 10 to 300 characters.")
    base = hidden_number("The form does not say which revision it started from; open it anew.")

    def proposal(self, title: str) -> Proposal:
        """Return the words as they will be kept; the title stays the lesson's."""
        return Proposal(title, one_line(self.summary.data), self.body.data or "")


class EditNoteForm(ContributionForm):
    """New words for one's own note."""

    title = title_field()
    summary = summary_field("One sentence for lists and search; 10 to 300 characters.")
    version = hidden_number("The form does not say which version it changes; open it anew.")

    def proposal(self, _title: str) -> Proposal:
        """Return the words as they will be kept."""
        return Proposal(one_line(self.title.data), one_line(self.summary.data), note_body(self.body.data))


class EditChangeForm(ContributionForm):
    """New words for one's own proposed change."""

    summary = summary_field("What you changed, and why; 10 to 300 characters.")
    version = hidden_number("The form does not say which version it changes; open it anew.")

    def proposal(self, title: str) -> Proposal:
        """Return the words as they will be kept; the title stays the lesson's."""
        return Proposal(title, one_line(self.summary.data), self.body.data or "")


def note_body(text: str | None) -> str:
    """Return a note's text without space around it, and with an end of line."""
    stripped = (text or "").strip()
    return f"{stripped}\n" if stripped else ""
