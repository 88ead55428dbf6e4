"""When a flight really arrived, in UTC.

The source gives the arrival only as a local clock time (HHMM) of the destination, without a date.
"""

import numpy as np
import pandas as pd

MINUTES_OF_A_DAY = 24 * 60
ONE_HOUR = pd.Timedelta(hours=1)


def actual_arrival(flights: pd.DataFrame) -> pd.Series:
    """The arrival at the gate in UTC; missing where the flight did not arrive where it was bound for.

    It is the first moment after departure plus time in the air at which the destination's clock shows `arr_time`.
    Landing and gate are minutes to a few hours apart, never a day, so this finds the date also of a flight over
    midnight, over a date line of zones or on the day of a clock change.
    """
    arrived = flights[flights["arr_delay"].notna()]
    delay_and_air = pd.to_timedelta(arrived["dep_delay"] + arrived["air_time"], unit="min")
    landed = arrived["scheduled_departure"] + delay_and_air
    gates = [
        _next_clock_time(landed[zone.index], zone["arr_time"], str(name))
        for name, zone in arrived.groupby("destination_zone")
    ]
    return pd.concat(gates).reindex(flights.index)


def minutes_after_midnight(hhmm: pd.Series) -> pd.Series:
    """830 is 510 minutes after midnight, and so is the source's 2400 the midnight that ends a day."""
    return hhmm // 100 * 60 + hhmm % 100


def _next_clock_time(since: pd.Series, hhmm: pd.Series, zone: str) -> pd.Series:
    local = since.dt.tz_convert(zone).dt.tz_localize(None)
    ahead = (minutes_after_midnight(hhmm) - local.dt.hour * 60 - local.dt.minute) % MINUTES_OF_A_DAY
    wanted = local + pd.to_timedelta(ahead, unit="min")
    first, second = (_to_utc(wanted, zone, daylight_saving) for daylight_saving in (True, False))
    return first.where(first >= since, second)


def _to_utc(local: pd.Series, zone: str, daylight_saving: bool) -> pd.Series:
    """`daylight_saving` chooses between the two moments of a clock time that occurs twice on the day of the change.

    A clock time that was skipped in spring was read off a clock not yet put forward: one flight of the year has one.
    """
    chosen = np.full(len(local), daylight_saving)
    return local.dt.tz_localize(zone, ambiguous=chosen, nonexistent=ONE_HOUR).dt.tz_convert("UTC")
