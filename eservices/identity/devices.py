"""What a browser says it is, cut down to two words that its owner knows again: no version, no fingerprint."""

#: The first that is found wins: nearly every browser also calls itself by the names of others.
_BROWSERS = (
    ("Edg", "edge"), ("OPR/", "opera"), ("SamsungBrowser", "samsung"), ("Firefox", "firefox"), ("FxiOS", "firefox"),
    ("CriOS", "chrome"), ("Chrome", "chrome"), ("Safari", "safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iphone"), ("iPad", "ipad"), ("Android", "android"), ("Windows", "windows"), ("Mac OS X", "mac"),
    ("CrOS", "chromeos"), ("Linux", "linux"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """Browser and system as `firefox/windows`; either is empty where nothing known is said."""
    return f"{_first(_BROWSERS, user_agent)}/{_first(_SYSTEMS, user_agent)}"


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in known if sign in user_agent), "")
