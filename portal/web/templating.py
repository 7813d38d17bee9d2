"""What every template may use: filters, globals, addresses of static files."""

import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, url_for
from flask_login import current_user
from markupsafe import Markup

from portal.clock import utc_now
from portal.settings import ROOT, Settings
from portal.web import frames


def fill_templates(app: Flask, settings: Settings) -> None:
    """Give templates the site's name, static addresses that change with the file, and dates in the reader's zone."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(site_name=settings.site_name, chat_url=settings.chat_url, static=static_address)
    frames.teach_templates(app)
    app.jinja_env.filters.update(date=show_date, time=show_time, age=show_age, browser=show_browser)


def static_address(name: str) -> str:
    """Return the address of a static file, with a part that changes when the file does."""
    return url_for("static", filename=name, v=_fingerprint(name))


@lru_cache(maxsize=256)
def _fingerprint(name: str) -> str:
    return hashlib.sha256((Path(ROOT) / "static" / name).read_bytes()).hexdigest()[:12]


def show_date(moment: datetime) -> Markup:
    """Return a day, `21 November 2026`, in the reader's zone, as a time element."""
    local = _local(moment)
    return Markup('<time datetime="{}">{} {:%B %Y}</time>').format(
        moment.isoformat(timespec="seconds"), local.day, local
    )


def show_time(moment: datetime) -> Markup:
    """Return a day and a time of day, `21 November 2026, 14:05 UTC`, in the reader's zone, as a time element."""
    local = _local(moment)
    return Markup('<time datetime="{}">{} {:%B %Y, %H:%M %Z}</time>').format(
        moment.isoformat(timespec="seconds"), local.day, local
    )


def show_age(moment: datetime, now: datetime | None = None) -> Markup:
    """Return how long ago a moment was, `3 hours ago`, as a time element."""
    seconds = max(0, int(((now or utc_now()) - moment).total_seconds()))
    words = "just now"
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            words = f"{count} {unit}{'' if count == 1 else 's'} ago"
            break
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(timespec="seconds"), words)


def show_browser(user_agent: str) -> str:
    """Return what people call a browser, `Firefox on Linux`, from what it calls itself."""
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac", "macOS"))
    browser = next((name for mark, name in browsers if mark in user_agent), "A browser")
    system = next((name for mark, name in (*systems, ("Linux", "Linux")) if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def _local(moment: datetime) -> datetime:
    zone = getattr(current_user, "time_zone", "UTC") if current_user else "UTC"
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return moment
