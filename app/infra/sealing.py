"""Seals on our PDF files (PAdES) and beside other files (CMS): who seals, sealing, and what a seal says. The only place that knows pyHanko."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto.cms import ContentInfo
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.pem import unarmor
from asn1crypto.x509 import Certificate
from pyhanko.keys import load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    async_validate_detached_cms,
    validate_pdf_signature,
)
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"
ROOTS = "roots.pem"
SEAL_CERTIFICATE, SEAL_KEY = "seal.pem", "seal.key"
TIMESTAMP_CERTIFICATE, TIMESTAMP_KEY = "timestamp.pem", "timestamp.key"
OTHERS = 0o077


class AuthorityUnusableError(Exception):
    """The folder holds no complete authority, or a key that other accounts of the machine can read."""


class NoSealError(Exception):
    """The file is no PDF, or carries no readable seal."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate, its issuers below the root, and its private key."""

    certificate: Certificate
    issuers: tuple[Certificate, ...]
    key: PrivateKeyInfo


@dataclass(frozen=True, slots=True)
class SealingAuthority:
    """Who seals: the sealing identity, the roots that a reader trusts, and a timestamping identity where there is one."""

    seal: Identity
    roots: tuple[Certificate, ...]
    timestamp: Identity | None = None


@dataclass(frozen=True, slots=True)
class SealReport:
    """What the last seal of a file says.

    `intact`: the sealed bytes are unchanged; `trusted`: the sealer descends from our roots and was valid at `sealed_at`;
    `covers_whole_document`: nothing was added after the seal. Only a file with all three is genuine.
    """

    intact: bool
    trusted: bool
    covers_whole_document: bool
    sealed_at: datetime | None
    sealed_by: str

    @property
    def genuine(self) -> bool:
        """Sealed by us and not changed by a byte since."""
        return self.intact and self.trusted and self.covers_whole_document


def load_authority(folder: Path) -> SealingAuthority:
    """Read an authority from a folder.

    It holds `roots.pem`, `seal.pem` (the certificate, then its issuers below the root) and `seal.key`, and where it can
    stamp `timestamp.pem` and `timestamp.key`. Keys are unencrypted PEM that only their owner can read. Raises
    AuthorityUnusableError.
    """
    try:
        roots = _certificates(folder / ROOTS)
        seal_identity = _identity(folder / SEAL_CERTIFICATE, folder / SEAL_KEY)
        has_timestamp = (folder / TIMESTAMP_CERTIFICATE).exists()
        timestamp = _identity(folder / TIMESTAMP_CERTIFICATE, folder / TIMESTAMP_KEY) if has_timestamp else None
    except (OSError, ValueError) as error:
        raise AuthorityUnusableError(f"The sealing authority in {folder} cannot be used: {error}") from error
    return SealingAuthority(seal_identity, roots, timestamp)


def _identity(certificate: Path, key: Path) -> Identity:
    if key.stat().st_mode & OTHERS:
        raise AuthorityUnusableError(f"{key} can be read by other accounts: chmod 600 {key}")
    first, *issuers = _certificates(certificate)
    return Identity(first, tuple(issuers), load_private_key_from_pemder(key, passphrase=None))


def _certificates(path: Path) -> tuple[Certificate, ...]:
    blocks = unarmor(path.read_bytes(), multiple=True)
    return tuple(Certificate.load(der) for kind, _, der in blocks if kind == "CERTIFICATE")


def _store(certificates: Iterable[Certificate]) -> SimpleCertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # untyped upstream
    store.register_multiple(certificates)
    return store


class _SignerAt(PdfSigner):
    """A signer whose clock stands at the instant it is given."""

    def __init__(self, metadata: PdfSignatureMetadata, authority: SealingAuthority, now: datetime) -> None:
        # Roots stay outside: nothing signs the copies that a seal carries, and readers bring their own.
        issuers = _store(authority.seal.issuers)
        signer = SimpleSigner(authority.seal.certificate, authority.seal.key, issuers, embed_roots=False)
        super().__init__(metadata, signer, timestamper=_timestamper(authority, now))
        self._now = now

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:  # noqa: FBT001, FBT002  # pyHanko's signature
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._now
        return session


def _timestamper(authority: SealingAuthority, now: datetime) -> DummyTimeStamper | None:
    identity = authority.timestamp
    if identity is None:
        return None
    issuers = _store(identity.issuers)
    return DummyTimeStamper(identity.certificate, identity.key, issuers, fixed_dt=now)


def seal(pdf: bytes, authority: SealingAuthority, *, reason: str, now: datetime) -> bytes:
    """Seal a file with an invisible PAdES signature that allows no change after it.

    Level B-T, with a timestamp at `now` (aware), where the authority can stamp; else B-B. PDF/A and PDF/UA survive. A file
    is sealed once: sealing a sealed file raises pyHanko's SigningError.
    """
    instant = now.astimezone(UTC).replace(microsecond=0)
    # PDF/A asks for an end of line before the objects that the seal adds.
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf if pdf.endswith(b"\n") else pdf + b"\n"))
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        name=_common_name(authority.seal.certificate),
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    sealed = io.BytesIO()
    _SignerAt(metadata, authority, instant).sign_pdf(writer, output=sealed)
    return sealed.getvalue()


def inspect_seal(pdf: bytes, authority: SealingAuthority) -> SealReport:
    """Judge the last seal of a file, as of the instant at which it was made.

    Raises NoSealError for a file without a readable seal. A file from a stranger goes through `inspect_pdf` first.
    """
    try:
        return _judge(pdf, authority)
    except NoSealError:
        raise
    except Exception as error:
        raise NoSealError("The seal cannot be read") from error


def _judge(pdf: bytes, authority: SealingAuthority) -> SealReport:
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if not signatures:
        raise NoSealError("The file carries no seal")
    last = signatures[-1]
    moment = _stamped_at(last) or last.self_reported_timestamp
    status = validate_pdf_signature(last, _context(authority, moment))
    stamp = status.timestamp_validity
    return SealReport(
        intact=status.intact
        and status.valid
        and _padding_is_empty(last)
        and (stamp is None or (stamp.intact and stamp.valid)),
        trusted=status.trusted and (stamp is None or stamp.trusted),
        covers_whole_document=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        sealed_at=None if moment is None else moment.astimezone(UTC),
        sealed_by=_common_name(status.signing_cert),
    )


def seal_bytes(content: bytes, authority: SealingAuthority, *, now: datetime) -> bytes:
    """A CMS signature (DER) that stands beside the content, with a timestamp at `now` where the authority can stamp."""
    instant = now.astimezone(UTC).replace(microsecond=0)
    signer = SimpleSigner(
        authority.seal.certificate, authority.seal.key, _store(authority.seal.issuers), embed_roots=False
    )
    made = signer.async_sign_general_data(
        content, "sha256", detached=True, timestamper=_timestamper(authority, instant)
    )
    signed: bytes = asyncio.run(made).dump()
    return signed


def bytes_are_genuine(content: bytes, signature: bytes, authority: SealingAuthority, *, moment: datetime) -> bool:
    """Whether the signature is ours, was valid at `moment` and covers exactly this content."""
    try:
        signed = ContentInfo.load(signature)["content"]
        context = _context(authority, moment)
        status = asyncio.run(async_validate_detached_cms(content, signed, signer_validation_context=context))
    except Exception:  # noqa: BLE001  # whatever cannot be read was not made by us
        return False
    stamp = status.timestamp_validity
    stamped = stamp is None or (stamp.intact and stamp.valid and stamp.trusted)
    return bool(status.intact and status.valid and status.trusted and stamped)


def _context(authority: SealingAuthority, moment: datetime | None) -> ValidationContext:
    issuers = [] if authority.timestamp is None else authority.timestamp.issuers
    return ValidationContext(
        trust_roots=list(authority.roots),
        other_certs=[*authority.seal.issuers, *issuers],
        moment=moment,
        allow_fetching=False,
    )


def _stamped_at(signature: EmbeddedPdfSignature) -> datetime | None:
    token = next(iter(extract_tst_data_iter(signature.signer_info, signed=False)), None)
    if token is None:
        return None
    instant: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return instant


def _padding_is_empty(signature: EmbeddedPdfSignature) -> bool:
    """The room reserved for the signature is not signed: after the signature it holds zeros and nothing else."""
    content = signature.pkcs7_content
    used = len(ContentInfo.load(content).dump())
    return not any(content[used:])


def _common_name(certificate: Certificate) -> str:
    return str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))
