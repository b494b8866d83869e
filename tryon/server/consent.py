"""Consent as a receipt: given once, signed, downloadable, withdrawn at any time."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sqlalchemy import update

from tryon.errors import TryOnError
from tryon.server.seals import SealError, SealExpiredError, Seals
from tryon.server.store import Store
from tryon.server.tables import Consent

# What the page says before the camera opens; a receipt holds its digest, so that the wording stays provable.
TEXT = {
    "en": (
        "To show you the product, this page sends your camera picture, or the picture you choose, to this server. "
        "The server finds your face in it, draws the product and sends the picture back. Pictures and face "
        "measurements stay in memory for less than a second and are never stored or passed on, except a photo that "
        "you ask to keep. You can withdraw at any time; it takes effect at once."
    ),
    "zh": (
        "为了展示试用效果，本页面会把摄像头画面或您选择的照片发送到本服务器。服务器在画面中找到您的面部，"
        "绘制产品后把画面送回。画面和面部数据只在内存中停留不到一秒，不会转交他人；"
        "除了您要求保留的照片，也不会保存。"
        "您可以随时撤回同意，立即生效。"
    ),
}
# The same for a picture of a room, which stays longer because the shopper furnishes it.
ROOM_TEXT = {
    "en": (
        "To show furniture in your room, this page sends the picture you take or choose to this server. The server "
        "finds the floor and the sheet or card on it, draws the furniture and sends the picture back. The picture "
        "stays in memory while you furnish, at most 30 minutes after your last change, and is never stored or passed "
        "on, except a picture that you ask to keep. You can withdraw at any time; it is then gone at once."
    ),
    "zh": (
        "为了在您的房间里展示家具，本页面会把您拍摄或选择的照片发送到本服务器。服务器找到地面以及上面的纸张或卡片，"
        "绘制家具后把画面送回。照片只在您布置期间留在内存中，最后一次改动后最多保留 30 分钟，"
        "不会转交他人；除了您要求保留的画面，也不会保存。"
        "您可以随时撤回同意，照片随即清除。"
    ),
}
Subject: TypeAlias = Literal["mirror", "room"]
TEXTS: dict[Subject, dict[str, str]] = {"mirror": TEXT, "room": ROOM_TEXT}
LONGEST_S = 24 * 3600


class ConsentError(TryOnError, PermissionError):
    """No valid consent: missing, forged, expired or withdrawn."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the shopper agreed to and when.

    token: Opens the mirror; signed, valid for a day.
    """

    id: str
    given_s: int
    language: str
    text: str
    text_sha256: str
    expires_s: int
    token: str


class Consents:
    """Gives, checks and withdraws consent. Keeps an id and times, nothing about the person."""

    def __init__(self, secret: str, store: Store) -> None:
        """Sign with `secret`, remember in `store`."""
        self._seals = Seals(secret, "consent 2")
        self._store = store

    def give(self, language: str, subject: Subject = "mirror") -> Receipt:
        """A new receipt for the text about that subject in that language."""
        text = TEXTS[subject][language]
        digest = hashlib.sha256(text.encode()).hexdigest()
        number = secrets.token_urlsafe(16)
        now_s = int(time.time())
        with self._store.transaction() as session:
            session.add(Consent(id=number, given_s=now_s, language=language, text_sha256=digest))
        token = self._seals.seal({"id": number, "sha256": digest, "subject": subject}, lifetime_s=LONGEST_S)
        return Receipt(number, now_s, language, text, digest, now_s + LONGEST_S, token)

    def check(self, token: str, subject: Subject | None = "mirror") -> str:
        """The receipt's id.

        Args:
            subject: What was agreed to; None for either.

        Raises:
            ConsentError: Forged, expired, withdrawn, or about something else.
        """
        try:
            value = self._seals.open(token)
            number = str(value["id"])
        except SealExpiredError:
            raise ConsentError("Your consent has expired; agree again to go on.") from None
        except SealError:
            raise ConsentError("Expected a consent given on this page; agree to go on.") from None
        if subject is not None and value.get("subject", "mirror") != subject:
            raise ConsentError("Expected a consent given on this page; agree to go on.")
        with self._store.transaction() as session:
            consent = session.get(Consent, number)
        if consent is None or consent.withdrawn_s is not None:
            raise ConsentError("This consent was withdrawn; agree again to go on.")
        return number

    def withdraw(self, token: str) -> tuple[str, int]:
        """End it; the receipt's id and when it ended, in seconds since 1970.

        Withdrawing twice gives the first time; an expired one can be withdrawn too.

        Raises:
            ConsentError: Forged.
        """
        try:
            number = str(self._seals.open(token, expired=True)["id"])
        except SealError:
            raise ConsentError("Expected a consent given on this page.") from None
        now_s = int(time.time())
        with self._store.transaction() as session:
            still = update(Consent).where(Consent.id == number, Consent.withdrawn_s.is_(None))
            session.execute(still.values(withdrawn_s=now_s))
            consent = session.get(Consent, number)
        return number, (consent.withdrawn_s if consent else None) or now_s
