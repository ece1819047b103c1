"""How Discord says no."""

from __future__ import annotations

from sandbox.discord.values import Json


class Refused(Exception):
    """An error answer: HTTP status, Discord's code, its words, and the field at fault."""

    def __init__(self, status: int, code: int, message: str, field: str = "") -> None:
        super().__init__(f"{status} {code} {message} {field}".strip())
        self.status = status
        self.code = code
        self.message = message
        self.field = field

    def body(self) -> Json:
        """Discord's error body; form errors name their field the nested way."""
        if self.code != INVALID_FORM:
            return {"message": self.message, "code": self.code}
        errors: Json = {"_errors": [{"code": "INVALID", "message": self.message}]}
        for part in reversed(self.field.split(".")):
            errors = {part: errors}
        return {"message": "Invalid Form Body", "code": self.code, "errors": errors}


INVALID_FORM = 50035


def invalid(field: str, message: str) -> Refused:
    return Refused(400, INVALID_FORM, message, field)


def unknown_channel() -> Refused:
    return Refused(404, 10003, "Unknown Channel")


def unknown_message() -> Refused:
    return Refused(404, 10008, "Unknown Message")


def unknown_webhook() -> Refused:
    return Refused(404, 10015, "Unknown Webhook")


def unknown_interaction() -> Refused:
    return Refused(404, 10062, "Unknown interaction")


def already_acknowledged() -> Refused:
    return Refused(400, 40060, "Interaction has already been acknowledged.")


def token_expired() -> Refused:
    return Refused(401, 50027, "Invalid Webhook Token")


def too_large() -> Refused:
    return Refused(413, 40005, "Request entity too large")


def missing_access() -> Refused:
    return Refused(403, 50001, "Missing Access")


def missing_permissions() -> Refused:
    return Refused(403, 50013, "Missing Permissions")
