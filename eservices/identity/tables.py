"""Tables of staff accounts, their second factors, their sessions and the counters of rate limits."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from eservices.storage.columns import Digest, Id, Sealed, UtcTime
from eservices.storage.database import metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", String(80), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("password_hash", String(200), nullable=False, comment="argon2id"),
    Column("language", String(20), nullable=False, server_default="sv"),
    Column("made_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
)

#: A role may hold for one unit, or for all ("*").
staff_roles = Table(
    "staff_roles",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True),
    Column("role", String(24), primary_key=True),
    Column("unit", String(80), primary_key=True),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_digest", Digest, primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False, index=True),
    Column("started_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("network", Digest, nullable=False, comment="keyed digest of the network it was opened from"),
    Column("device", String(40), comment="browser/system; null for sessions from before it was kept"),
    Column("confirmed_at", UtcTime, comment="when password and code were last shown once more"),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True),
    Column("key_id", Id, ForeignKey("data_keys.id"), nullable=False),
    Column("secret", Sealed, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("confirmed_at", UtcTime, comment="null while the app has not shown a code yet"),
    Column("last_step", BigInteger, comment="the half minute of the last code used: no code is good twice"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("digest", Digest, primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False, index=True),
)

#: Wrong passwords, by account and network, and by account from everywhere. `bucket` is a keyed digest.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("bucket", Digest, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failed_at", UtcTime, nullable=False),
    Column("wait_until", UtcTime, nullable=False),
)

#: Counters that several workers and nodes share. `bucket` is a keyed digest: it names nobody.
rate_counters = Table(
    "rate_counters",
    metadata,
    Column("bucket", Digest, primary_key=True),
    Column("window_starts_at", UtcTime, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("forget_at", UtcTime, nullable=False, index=True),
)
