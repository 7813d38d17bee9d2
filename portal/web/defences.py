"""Headers and tokens which protect the reader's browser."""

from flask import Flask, Response
from flask_wtf import CSRFProtect

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

csrf = CSRFProtect()


def raise_defences(app: Flask) -> None:
    """Require a token on every form, and send the security headers with every response."""
    csrf.init_app(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        present = {name for name, _value in response.headers}
        for name, value in HEADERS.items():
            if name not in present:
                response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")  # whoever may be kept says so (ASVS 5.0, 14.3.2)
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response
